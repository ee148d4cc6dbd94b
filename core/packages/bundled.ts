/** Packages that came inside another package's tarball, as npm itself finds them in a `package-lock.json` (v3). */
import { isObject, member, type Json, type JsonObject } from '../json/json.ts'

const FOLDER = '/node_modules/'

/**
 * The paths of the entries that an entry with an integrity holds: those that its `bundleDependencies`
 * name, what lies in them, and what they need of its folder. That an entry says so itself counts for
 * nothing: npm fetches one that is not bundled, and without an integrity it takes any bytes.
 */
export function bundledPaths(packages: JsonObject): ReadonlySet<string> {
  const bundled = new Set<string>()
  for (const [path, entry] of Object.entries(packages)) {
    if (typeof member(entry, 'integrity') !== 'string' || member(entry, 'inBundle') === true || member(entry, 'link') === true) continue
    const names = member(entry, 'bundleDependencies')
    if (path !== '' && Array.isArray(names)) for (const found of bundleOf(packages, path, names)) bundled.add(found)
  }
  return bundled
}

function bundleOf(packages: JsonObject, bundler: string, names: readonly Json[]): ReadonlySet<string> {
  const inside = Object.keys(packages).filter((path) => path.startsWith(bundler + FOLDER))
  const found = new Set<string>()
  const queue = inside.filter((path) => names.includes(path.slice((bundler + FOLDER).length)))
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (found.has(path)) continue
    found.add(path)
    queue.push(...inside.filter((other) => other.startsWith(path + FOLDER)))
    for (const name of needed(packages[path])) {
      const place = nearest(packages, bundler, path, name)
      if (place !== null) queue.push(place)
    }
  }
  return found
}

function needed(entry: Json | undefined): string[] {
  return ['dependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) => {
    const names = member(entry, kind)
    return isObject(names) ? Object.keys(names) : []
  })
}

/** Where a package finds another one: in its own folder, else further up; null from the bundler's parents on. */
function nearest(packages: JsonObject, bundler: string, from: string, name: string): string | null {
  for (let folder = from; folder.length >= bundler.length; folder = folder.slice(0, Math.max(0, folder.lastIndexOf(FOLDER)))) {
    if (Object.hasOwn(packages, folder + FOLDER + name)) return folder + FOLDER + name
  }
  return null
}
