/** Addresses and networks as people write them: `10.0.0.1`, `10.0.0.0/8`. */
import { BlockList, isIP } from 'node:net'

/** @throws RangeError for what is no address or network */
export function networks(texts: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of texts) {
    const [ip = '', bits, ...rest] = text.split('/')
    const version = isIP(ip)
    if (version === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw new RangeError('no network')
    const family = version === 4 ? 'ipv4' : 'ipv6'
    if (bits === undefined) list.addAddress(ip, family)
    else list.addSubnet(ip, Number(bits), family)
  }
  return list
}

export function isNetwork(text: string): boolean {
  try {
    networks([text])
    return true
  } catch {
    return false
  }
}
