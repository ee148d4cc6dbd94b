/** Building the programs that are missing, with Go. */
import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { INSTALL_FOLDER, type Program } from './programs.ts'

/** Whether Go is here; builds are long, so it is asked before the first. */
export async function hasGo(): Promise<boolean> {
  return (await status('go', ['version'], 'ignore')) === 0
}

/** One after another: two at a time need more memory than small machines have. The one that could not be built, if any. */
export async function install(programs: readonly Program[], say: (line: string) => void): Promise<Program | null> {
  await mkdir(INSTALL_FOLDER, { recursive: true })
  const minutes = programs.reduce((sum, program) => sum + program.minutes, 0)
  say(
    `building ${programs.map(({ name }) => name).join(', ')} with Go into ${INSTALL_FOLDER}, about ${minutes} min on two cores, this once`,
  )
  for (const program of programs) {
    const { name, from, version } = program
    say(`  go install ${from}@${version}`)
    const started = performance.now()
    if ((await status('go', ['install', '-p', '2', `${from}@${version}`], 'inherit')) !== 0) return program
    say(`  ${name} ${version}, ${((performance.now() - started) / 1_000).toFixed(0)} s`)
  }
  return null
}

function status(program: string, args: readonly string[], output: 'ignore' | 'inherit'): Promise<number | null> {
  const env = { ...process.env, CGO_ENABLED: '0', GOBIN: INSTALL_FOLDER }
  return new Promise((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', output, output] })
    child.once('exit', resolve)
    child.once('error', () => resolve(null))
  })
}
