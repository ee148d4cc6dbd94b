/** The real programs of Sigstore, in the versions that were tried together, and where they are on this machine. */
import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Program = {
  readonly name: 'cosign' | 'fulcio' | 'rekor-server' | 'timestamp-server'
  /** The Go package, by whose last part Go names the program that it installs. */
  readonly from: string
  readonly version: string
  /** What building it took on two cores. */
  readonly minutes: number
}

export type Installed = { readonly [name in Program['name']]: string }

/** The quickest to build first. */
export const PROGRAMS: readonly Program[] = [
  { name: 'rekor-server', from: 'github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix', version: 'v2.3.0', minutes: 1 },
  { name: 'fulcio', from: 'github.com/sigstore/fulcio', version: 'v1.8.8', minutes: 2 },
  { name: 'timestamp-server', from: 'github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server', version: 'v2.1.3', minutes: 3 },
  { name: 'cosign', from: 'github.com/sigstore/cosign/v3/cmd/cosign', version: 'v3.1.2', minutes: 6 },
]

/** Where the missing ones are installed, so that they are there the next time. */
export const INSTALL_FOLDER = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mcp-lock', 'interop', 'bin')

/** The programs that are here in their version, by name. */
export async function findPrograms(): Promise<Partial<Installed>> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...(await goFolders()), INSTALL_FOLDER].filter(
    (folder) => folder !== '',
  )
  const found = await Promise.all(PROGRAMS.map(async (program) => [program.name, await find(program, folders)] as const))
  return Object.fromEntries(found.filter(([, path]) => path !== null))
}

/** Where Go installs: the user may have done so already. */
async function goFolders(): Promise<readonly string[]> {
  const { stdout } = await run('go', ['env', 'GOBIN', 'GOPATH']).catch(() => ({ stdout: '' }))
  const [own = '', paths = ''] = stdout.split('\n')
  return [own, ...paths.split(delimiter).map((path) => (path === '' ? '' : join(path, 'bin')))]
}

async function find({ name, from, version }: Program, folders: readonly string[]): Promise<string | null> {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  for (const path of folders.flatMap((folder) => [name, basename(from)].map((file) => join(folder, file + suffix)))) {
    if ((await isExecutable(path)) && (await versionOf(path)) === version) return path
  }
  return null
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** All four answer `version` alike. */
async function versionOf(path: string): Promise<string | null> {
  const { stdout, stderr } = await run(path, ['version'], { timeout: 30_000 }).catch(() => ({ stdout: '', stderr: '' }))
  return /^GitVersion:\s+(\S+)/m.exec(stdout + stderr)?.[1] ?? null
}

export function isWhole(found: Partial<Installed>): found is Installed {
  return PROGRAMS.every(({ name }) => found[name] !== undefined)
}
