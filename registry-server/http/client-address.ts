/** Who asks, by address: that of the socket, or what proxies that are trusted say of it. */
import { isIP, type BlockList } from 'node:net'

const MAX_FORWARDED = 2_000

export type ClientAddress = (socket: string, forwarded: string | undefined) => string

/**
 * Each trusted proxy vouches for the address before it, from the last on; what stands before an address that is not
 * trusted may be anybody's invention.
 */
export function clientAddressBehind(trusted: BlockList): ClientAddress {
  // To look at an empty list costs as much as all the rest.
  if (trusted.rules.length === 0) return (socket) => subscriber(plain(socket))
  return (socket, forwarded) => subscriber(furthestKnown(plain(socket), forwarded, trusted))
}

function furthestKnown(socket: string, forwarded: string | undefined, trusted: BlockList): string {
  let client = socket
  const before = forwarded === undefined || forwarded.length > MAX_FORWARDED ? [] : forwarded.split(',').map((one) => plain(one.trim()))
  while (isTrusted(client, trusted)) {
    const next = before.pop()
    if (next === undefined || isIP(next) === 0) break
    client = next
  }
  return client
}

function isTrusted(address: string, trusted: BlockList): boolean {
  const version = isIP(address)
  return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** IPv4 in the form of IPv6 is IPv4. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

/** Whoever has one address of IPv6 has all of its /64. */
function subscriber(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::')
  const [left, right] = [head, tail].map((part) => (part === '' ? [] : part.split(':')))
  const missing = Math.max(0, 8 - (left?.length ?? 0) - (right?.length ?? 0))
  const groups = [...(left ?? []), ...Array.from({ length: missing }, () => '0'), ...(right ?? [])]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
