/** A project whose lock is signed, and the program as its user calls it there. */
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatLock } from '../../../core/lock/lockfile.ts'
import { lockOf, pinOf } from '../../pins.ts'
import { run, runIsolated, type Outcome } from './isolation.ts'

const PROGRAM = fileURLToPath(new URL('../../../cli/start.ts', import.meta.url))

/** Files of a Sigstore's clients, by their paths. */
export type ClientFiles = { readonly trustedRoot: string; readonly signingConfig: string }

export type Policy = { readonly repository: string; readonly signer: string }

export class Project {
  readonly folder: string
  readonly lock: string
  readonly bundle: string
  readonly root: string

  private constructor(folder: string) {
    this.folder = folder
    this.lock = join(folder, 'mcp.lock')
    this.bundle = join(folder, 'mcp.lock.sigstore.json')
    this.root = join(folder, 'trusted_root.json')
  }

  /** The signer is an entry of the policy, in YAML. */
  static async make(folder: string, files: ClientFiles, { repository, signer }: Policy): Promise<Project> {
    const project = new Project(folder)
    await mkdir(folder)
    await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: { notes: { command: 'server', args: [] } } }))
    await writeFile(project.lock, lockThat('Writes a note.'))
    await writeFile(
      join(folder, 'mcp-lock.yaml'),
      [
        `repository: ${repository}`,
        'sigstore:',
        '  trustedRoot: trusted_root.json',
        '  signingConfig: signing_config.json',
        '  thresholds: { log: 1, timestamp: 1 }',
        'signers:',
        `  - ${signer.replaceAll('\n', '\n    ')}`,
        '',
      ].join('\n'),
    )
    await cp(files.trustedRoot, project.root)
    await cp(files.signingConfig, join(folder, 'signing_config.json'))
    return project
  }

  /** One that nobody signed. */
  otherLock(): string {
    return lockThat('Writes a note, and sends it to somebody.')
  }

  sign(argv: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Outcome> {
    return run(process.execPath, [PROGRAM, 'sign', '--yes', ...argv], this.#options(env))
  }

  verify(): Promise<Outcome> {
    return runIsolated(process.execPath, [PROGRAM, 'verify', '--offline'], this.#options({}))
  }

  #options(env: { readonly [name: string]: string }): { readonly cwd: string; readonly env: NodeJS.ProcessEnv } {
    return { cwd: this.folder, env: { PATH: process.env['PATH'], HOME: this.folder, ...env } }
  }
}

/** Of a server that says this of its tool. */
const lockThat = (says: string): string => formatLock(lockOf({ notes: pinOf(says) }))
