/** The program: the only lines that know `process`. */
import { enableCompileCache } from 'node:module'

enableCompileCache()
const { main } = await import('./main.ts')
const { processWorld } = await import('./world/world.ts')

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    interrupted.abort()
    process.once(signal, () => process.exit(130))
  })
}
// A reader that closes the pipe early does not change the verdict.
process.stdout.on('error', () => {})
process.stderr.on('error', () => {})
const status = await main(process.argv.slice(2), processWorld(interrupted.signal))
process.exitCode = interrupted.signal.aborted ? 130 : status
