/** Which addresses a webhook may connect to. */
import { lookup as resolve, type LookupAddress } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { networks } from '../networks.ts'

/** IANA's special-purpose addresses (RFC 6890): this machine, its networks, multicast, documentation. */
const NOT_PUBLIC_4 = networks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
])
const UNICAST_6 = networks(['2000::/3'])
/** Within it: Teredo and other assignments, documentation, 6to4, which holds an address of version 4. */
const NOT_PUBLIC_6 = networks(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'])

export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !NOT_PUBLIC_4.check(address)
  return isIP(address) === 6 && UNICAST_6.check(address, 'ipv6') && !NOT_PUBLIC_6.check(address, 'ipv6')
}

type Resolve = (host: string, then: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void

const resolveAll: Resolve = (host, then) => resolve(host, { all: true }, then)

/**
 * Looks a name up for the connection itself, so that what was checked is what is connected to. One address that is not
 * public refuses the name.
 */
export function publicLookup(resolveBy: Resolve = resolveAll): LookupFunction {
  return (host, { all }, then) => {
    resolveBy(host, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null || first === undefined) return then(error ?? new Error('the name has no address'), '')
      if (!addresses.every(({ address }) => isPublic(address))) return then(new Error('the address is not public'), '')
      if (all === true) return then(null, [...addresses])
      then(null, first.address, first.family)
    })
  }
}
