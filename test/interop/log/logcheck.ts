/** The Go program beside this file, built once. */
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const GO = spawnSync('go', ['version']).status === 0

/** @returns what runs it: resolves with what it prints, rejects with what it says of a failure */
export async function buildLogcheck(folder: string): Promise<(...words: readonly string[]) => Promise<string>> {
  const program = join(folder, process.platform === 'win32' ? 'logcheck.exe' : 'logcheck')
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' }
  await promisify(execFile)('go', ['build', '-o', program, '.'], { cwd: import.meta.dirname, env })
  return async (...words) => (await promisify(execFile)(program, [...words], { timeout: 120_000 })).stdout
}
