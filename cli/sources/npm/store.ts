/**
 * Packages as they were pinned: installed from their closure into a private content-addressed store, and
 * started by their path, never through npx, which would take a copy from the project's node_modules unseen.
 */
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { closureManifest } from '../../../core/packages/closure.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { isObject, member, parseStrict, type Json } from '../../../core/json/json.ts'
import type { NpmPackage } from '../../../core/launch/source.ts'
import type { SourceContext, StartPath } from '../source-kind.ts'
import { inStore, treeIn } from '../store.ts'
import { runNpm } from './run-npm.ts'

/** What is pinned is installed however new it is, for npm looks its versions up once more. */
const ANY_AGE = '--before=null'

/** A npx that starts us hands on what the project's `.npmrc` says; what is kept in the store is for this machine. */
const HERE = [`--os=${process.platform}`, `--cpu=${process.arch}`]

/** The folder in which a closure is installed, installing it if need be. */
export async function installClosure(pinned: NpmPackage, lockfile: string, scripts: boolean, context: SourceContext): Promise<string> {
  const install = async (folder: string): Promise<void> => {
    await writeFile(join(folder, 'package.json'), closureManifest(pinned.name, pinned.version))
    await writeFile(join(folder, 'package-lock.json'), lockfile)
    const scriptFlags = scripts ? ['--no-ignore-scripts', '--dangerously-allow-all-scripts'] : ['--ignore-scripts']
    await runNpm(['ci', ...scriptFlags, '--omit=dev', ANY_AGE, ...HERE], folder, context).catch((cause: unknown) => {
      throw cause instanceof LockError && cause.code === 'INTEGRITY_MISMATCH' ? named(cause, lockfile) : cause
    })
    await rm(join(folder, '.npmrc'), { force: true })
  }
  return inStore(keyOf(pinned, scripts), context, install, join('node_modules', pinned.name, 'package.json'))
}

function keyOf({ closure }: NpmPackage, scripts: boolean): string {
  return `${closure.slice('sha256:'.length)}-${process.platform}-${process.arch}${scripts ? '-scripts' : ''}`
}

/** Where the package itself is, once its closure is installed. */
export function packageFolder(tree: string, name: string): string {
  return join(tree, 'node_modules', ...name.split('/'))
}

/** The tree of a closure that is installed. */
export function installedTree(pinned: NpmPackage, scripts: boolean, env: SourceContext['env']): string {
  return treeIn(keyOf(pinned, scripts), env)
}

/** npm says which integrity was not met, and not whose that is. */
function named(mismatch: LockError, lockfile: string): LockError {
  const packages = member(parseStrict(lockfile), 'packages')
  const found = isObject(packages) ? Object.entries(packages) : []
  const whose = found.flatMap(([path, entry]) => {
    const [integrity, version] = [member(entry, 'integrity'), member(entry, 'version')]
    const isMeant = typeof integrity === 'string' && typeof version === 'string' && mismatch.message.includes(`wanted ${integrity} `)
    return isMeant ? [`\`${path.replace(/^.*node_modules\//, '')}@${version}\``] : []
  })
  return whose.length === 0 ? mismatch : new LockError(mismatch.code, `${whose.join(', ')}: ${mismatch.message}`, { cause: mismatch })
}

/** How to start a package's program by its path; `bin` chooses one where there are several. */
export async function programOf(folder: string, name: string, bin: string | null): Promise<StartPath> {
  const home = packageFolder(folder, name)
  const manifest = parseStrict(await readFile(join(home, 'package.json'), 'utf8'))
  const file = resolve(home, chooseBin(name, member(manifest, 'bin'), bin))
  if (!file.startsWith(home + sep)) throw new LockError('PACKAGE_UNUSABLE', `\`${name}\`: its program lies outside the package`)
  return (await isScript(file)) ? { command: process.execPath, args: [file] } : { command: file, args: [] }
}

/** As `npm exec` chooses: the only one, or the one named like the package. */
function chooseBin(name: string, bins: Json | undefined, wanted: string | null): string {
  const plain = name.replace(/^@[^/]+\//, '')
  if (typeof bins === 'string' && (wanted === null || wanted === plain)) return bins
  const names = typeof bins === 'object' && bins !== null ? Object.keys(bins) : []
  const files = new Set(names.map((key) => member(bins, key)))
  const chosen = wanted ?? (names.includes(plain) ? plain : files.size === 1 ? (names[0] ?? '') : '')
  const file = member(bins, chosen)
  if (typeof file === 'string') return file
  throw new LockError('PACKAGE_UNUSABLE', `\`${name}\`: expected a program \`${wanted ?? plain}\`, it has ${names.join(', ') || 'none'}`)
}

async function isScript(file: string): Promise<boolean> {
  if (/\.[cm]?js$/.test(file)) return true
  const handle = await open(file).catch((cause: unknown) => {
    throw new LockError('PACKAGE_UNUSABLE', `the program \`${file.split(sep).at(-1)}\` is not in the package`, { cause })
  })
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(128), 0, 128, 0)
    return /^#!.*\bnode\b/.test(buffer.toString('latin1', 0, bytesRead))
  } finally {
    await handle.close()
  }
}
