/** What a connected server says that its pin does not, in words; nothing where they agree. */
import { readFile } from 'node:fs/promises'
import { applyRules, parseLock, recordTransport, rulesOf, verifySurface, wordFinding } from '../core/index.ts'

type Transport = Parameters<typeof recordTransport>[0]
type Client<T> = { connect(transport: T): Promise<void>; listTools(): Promise<unknown> }

export async function differences<T extends Transport>(client: Client<T>, transport: T, lockFile: string, name: string): Promise<string[]> {
  const pin = parseLock(await readFile(lockFile, 'utf8')).servers[name]
  if (pin === undefined || pin.surface === null) return [`${name} is not pinned`]
  const recording = recordTransport(transport) // before the client connects
  await client.connect(transport)
  await client.listTools() // and everything else that the host uses
  const { surface } = applyRules(recording.surface(), rulesOf(pin.surface))
  return verifySurface(name, pin, surface).findings.map(wordFinding)
}
