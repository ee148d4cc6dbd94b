/** Ports of the loopback. */
import { createServer, type Server } from 'node:net'

export const HOST = '127.0.0.1'

/** Ports that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)))
  return servers.map((server) => {
    const address = server.address()
    server.close()
    if (address === null || typeof address === 'string') throw new Error('expected a port')
    return address.port
  })
}

/** On any address of this machine. */
export async function isFree(port: number): Promise<boolean> {
  try {
    const server = await listen(port, '0.0.0.0')
    server.close()
    return true
  } catch {
    return false
  }
}

function listen(port: number, host = HOST): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject).listen(port, host, () => resolve(server))
  })
}
