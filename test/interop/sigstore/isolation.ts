/** Running a program where no network is: what it finds out, it finds out from the files that it is given. */
import { execFile, spawnSync } from 'node:child_process'

/** A network namespace of its own, as root there, so that nobody need be root here. It has not even a loopback. */
const WITHOUT_NETWORK = ['unshare', '--map-root-user', '--net', '--']

/** Whether this system lets us: in some containers it does not, and other systems have nothing like it. */
export const isolated = spawnSync('unshare', [...WITHOUT_NETWORK.slice(1), 'true']).status === 0

export type Outcome = { readonly exit: number; readonly said: string }

/** Runs a program to its end, wherever it may: what it says, on either stream, and its exit status. */
export function run(
  program: string,
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(program, argv, { ...options, timeout: 60_000 }, (error, stdout, stderr) => {
      const exit = error === null ? 0 : error.code
      if (typeof exit === 'number') resolve({ exit, said: stdout + stderr })
      else reject(error ?? new Error(`${program} did not end by itself`))
    })
  })
}

/** The same without a network, where that is possible. */
export function runIsolated(...[program, argv, options]: Parameters<typeof run>): Promise<Outcome> {
  if (!isolated) return run(program, argv, options)
  const [first = '', ...rest] = [...WITHOUT_NETWORK, program, ...argv]
  return run(first, rest, options)
}
