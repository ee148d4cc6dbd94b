/**
 * `npm run test:interop`: this program and the real ones of Sigstore, cosign among them, accept and refuse the
 * same, and so do the registry's log and Go's. Builds what is missing; with --if-installed it says so instead, and passes.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { hasGo, install } from './install.ts'
import { findPrograms, PROGRAMS } from './programs.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const SIGSTORE = '*.test.ts'
/** The registry's log. */
const LOG = '../log/*.test.ts'

process.exitCode = await main(process.argv.slice(2))

async function main(argv: readonly string[]): Promise<number> {
  const [flag, ...rest] = argv
  if (rest.length > 0 || (flag !== undefined && flag !== '--if-installed')) {
    say(`expected nothing or --if-installed, got ${argv.join(' ')}`)
    return 2
  }
  const found = await findPrograms()
  const missing = PROGRAMS.filter(({ name }) => found[name] === undefined)
  const names = missing.map(({ name, version }) => `${name} ${version}`).join(', ')
  if (missing.length > 0 && flag === '--if-installed') {
    say(`skipped: neither the real Sigstore nor Go's logs are tried, without ${names}: \`npm run test:interop\` builds and tries them`)
    return 0
  }
  if (missing.length > 0) {
    if (!(await hasGo())) {
      say(`skipped: ${names}: not on PATH, and without Go (https://go.dev/dl) not to be built`)
      return 1
    }
    const failed = await install(missing, say)
    if (failed !== null) {
      say(`${failed.name} ${failed.version} was not built: go install failed`)
      return 1
    }
  }
  return runTests(SIGSTORE, LOG)
}

function runTests(...patterns: readonly string[]): Promise<number> {
  const tests = patterns.map((pattern) => fileURLToPath(new URL(pattern, import.meta.url)))
  const child = spawn(process.execPath, ['--test', '--test-isolation=none', '--test-timeout=180000', ...tests], { stdio: 'inherit' })
  // Ctrl-C reaches the tests too, which end what they started; this one waits for them.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void child.kill(signal))
  return new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1)))
}
