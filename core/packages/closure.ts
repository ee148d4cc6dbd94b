/**
 * An npm closure: the whole dependency tree of one package, as `package-lock.json` (v3) without
 * registry addresses, in the lock's layout (docs/format.md §5.3).
 */
import { bundledPaths } from './bundled.ts'
import { sha256 } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import { isObject, member, parseStrict, type Json, type JsonObject } from '../json/json.ts'
import { formatJson } from '../json/notation.ts'
import type { NpmPackage } from '../launch/source.ts'

export type Closure = {
  readonly package: NpmPackage
  /** The two files, as they stand in `mcp.lock.d/NAME/`. */
  readonly manifest: string
  readonly lockfile: string
  readonly size: number
}

/** @throws LockError `PACKAGE_UNUSABLE`, `JSON_*` */
export function readClosure(name: string, npmLockfile: string): Closure {
  const received = parseStrict(npmLockfile)
  const packages = member(received, 'packages')
  const top = member(packages, `node_modules/${name}`)
  const version = member(top, 'version')
  const integrity = member(top, 'integrity')
  if (!isObject(packages) || typeof version !== 'string' || typeof integrity !== 'string') {
    throw new LockError('PACKAGE_UNUSABLE', `\`${name}\`: the registry gave no version with an integrity`)
  }
  const kept: Record<string, Json> = { '': { dependencies: { [name]: version }, name: 'closure' } }
  const bundled = bundledPaths(packages)
  for (const [path, entry] of Object.entries(packages)) if (path !== '') kept[path] = keep(path, entry, bundled)
  const lockfile = formatJson({ lockfileVersion: 3, name: 'closure', packages: kept, requires: true })
  return {
    package: { closure: sha256(lockfile), integrity, name, type: 'npm', version },
    manifest: closureManifest(name, version),
    lockfile,
    size: Object.keys(kept).length - 1,
  }
}

export function closureManifest(name: string, version: string): string {
  return formatJson({ dependencies: { [name]: version }, name: 'closure', private: true })
}

/** Whether a file beside the lock is the closure that the pin names, the pinned package its top, and every entry one that `readClosure` keeps. */
export function isClosureOf(pinned: NpmPackage, manifest: string, lockfile: string): boolean {
  if (sha256(lockfile) !== pinned.closure || manifest !== closureManifest(pinned.name, pinned.version)) return false
  const packages = packagesOf(lockfile)
  const top = member(packages, `node_modules/${pinned.name}`)
  if (!isObject(packages) || member(top, 'version') !== pinned.version || member(top, 'integrity') !== pinned.integrity) return false
  const bundled = bundledPaths(packages)
  return Object.entries(packages).every(
    ([path, entry]) => path === '' || (isHeld(path, entry, bundled) && isFetchable(member(entry, 'resolved'))),
  )
}

/** Where npm puts packages; it puts one wherever else a lockfile says, out of its own folder too. */
const PATH = /^node_modules\/(?:@[^/@.][^/]*\/)?[^/@.][^/\\]*(?:\/node_modules\/(?:@[^/@.][^/]*\/)?[^/@.][^/\\]*)*$/

/** Whether the tarball is where the registry has it, or where the entry says, over TLS. */
function isFetchable(resolved: Json | undefined): boolean {
  return resolved === undefined || (typeof resolved === 'string' && resolved.startsWith('https://'))
}

/** How many packages a closure has. */
export function closureSize(lockfile: string): number {
  const packages = packagesOf(lockfile)
  return isObject(packages) ? Object.keys(packages).length - 1 : 0
}

export type ClosureEntry = {
  readonly name: string
  readonly version: string
  /** Whether the registry has it; else it comes from an address. */
  readonly registry: boolean
  readonly script: boolean
}

/** Each package of a closure once; one that another bundles has no release of its own. */
export function packagesIn(lockfile: string): ClosureEntry[] {
  const packages = packagesOf(lockfile)
  const found = new Map<string, ClosureEntry>()
  for (const [path, entry] of Object.entries(isObject(packages) ? packages : {})) {
    const version = member(entry, 'version')
    if (path === '' || typeof version !== 'string' || member(entry, 'inBundle') === true) continue
    const alias = member(entry, 'name')
    const name = typeof alias === 'string' ? alias : path.replace(/^.*node_modules\//, '')
    const registry = member(entry, 'resolved') === undefined
    found.set(`${name}@${version} ${registry}`, { name, version, registry, script: member(entry, 'hasInstallScript') === true })
  }
  return [...found.values()]
}

/** Undefined where the text is no closure, not even JSON. */
function packagesOf(lockfile: string): Json | undefined {
  try {
    return member(JSON.parse(lockfile) as Json, 'packages')
  } catch {
    return undefined
  }
}

/** Whether it stands where npm puts packages, and an integrity holds the entry's bytes: its own or, where it has nothing to be fetched by, that of the package which bundles it. */
function isHeld(path: string, entry: Json | undefined, bundled: ReadonlySet<string>): boolean {
  if (!PATH.test(path)) return false
  if (member(entry, 'link') === true) return false
  if (member(entry, 'inBundle') === undefined) return typeof member(entry, 'integrity') === 'string'
  return member(entry, 'inBundle') === true && bundled.has(path) && member(entry, 'resolved') === undefined
}

/** Names of the packages of a closure that have install scripts. */
export function scriptsOf(lockfile: string): string[] {
  const packages = lockfile.includes('hasInstallScript') ? packagesOf(lockfile) : undefined
  if (!isObject(packages)) return []
  return Object.keys(packages)
    .filter((path) => member(packages[path], 'hasInstallScript') === true)
    .map((path) => path.replace(/^.*node_modules\//, ''))
}

/** The folder of a server's closure beside the lock: percent-encoded outside `[a-z0-9_-]`. */
export function closureFolder(server: string): string {
  return [...Buffer.from(server)]
    .map((byte) =>
      /[a-z0-9_-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}

/** An entry without its registry address; one that no integrity holds is refused. */
function keep(path: string, entry: Json, bundled: ReadonlySet<string>): JsonObject {
  if (!isObject(entry)) throw new LockError('PACKAGE_UNUSABLE', `\`${path}\`: expected an object`)
  const { resolved, ...rest } = entry
  const tarball = typeof resolved === 'string' && resolved.startsWith('https://') && !isRegistryTarball(path, resolved)
  if (!isHeld(path, entry, bundled)) {
    throw new LockError(
      'PACKAGE_UNUSABLE',
      `\`${path.replace(/^.*node_modules\//, '')}\` comes from ${typeof resolved === 'string' ? 'a place without an integrity' : 'nowhere'}`,
    )
  }
  return tarball ? { ...rest, resolved } : rest
}

/** npm's own form of a tarball's address, which it makes again from name and version. */
function isRegistryTarball(path: string, resolved: string): boolean {
  const name = path.replace(/^.*node_modules\//, '')
  return resolved.includes(`/${name}/-/`)
}
