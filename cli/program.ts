/** The program: the only lines that know `process`. */
import { main } from './main.ts'
import { processWorld } from './world/world.ts'

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
// Where nothing is left to wait for and there is still no answer.
process.exitCode = 3
void main(process.argv.slice(2), processWorld(interrupted.signal)).then((status) => {
  process.exitCode = interrupted.signal.aborted ? 130 : status
})
