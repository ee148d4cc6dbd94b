/**
 * The closure of a Python package: a `requirements.txt` with one exact version and all hashes for each
 * package, without index addresses, in one layout (docs/format.md §5.3). pip, uv and scanners read it as it is.
 */
import { byCodeUnit, sha256 } from '../json/digest.ts'
import type { PypiPackage } from '../launch/source.ts'

export type Requirement = {
  /** Normalised (PEP 503). */
  readonly name: string
  readonly version: string
  /** An environment marker (PEP 508); '' where it is for every environment. */
  readonly marker: string
  /** Of every file of that version that may be installed. */
  readonly hashes: readonly `sha256:${string}`[]
}

export type Requirements = {
  /** `linux-x64, Python 3.12` where hashes and packages are those of one platform and Python; null where they are of all. */
  readonly only: string | null
  readonly entries: readonly Requirement[]
}

const ONLY = /^# only for ([a-z0-9]+-[a-z0-9]+, Python \d+\.\d+)$/
const ENTRY = /^([a-z0-9]+(?:-[a-z0-9]+)*)==([0-9A-Za-z.!+_-]+)(?: ; ((?:(?!--)[A-Za-z0-9_ .'"<>=!~()+*,-])+))? \\$/
const HASH = /^ {4}--hash=(sha256:[0-9a-f]{64})( \\)?$/

/** The text in its layout. */
export function formatRequirements({ only, entries }: Requirements): string {
  const blocks = entries.map(({ name, version, marker, hashes }) => {
    const head = `${name}==${version}${marker === '' ? '' : ` ; ${marker}`}`
    return [head, ...[...new Set(hashes)].sort(byCodeUnit).map((hash) => `    --hash=${hash}`)].join(' \\\n')
  })
  return `${[...(only === null ? [] : [`# only for ${only}`]), ...blocks.sort(byCodeUnit)].join('\n')}\n`
}

/** What such a text says, whatever the order of its entries; null where a line is anything else, an address or an option say. */
export function readRequirements(text: string): Requirements | null {
  const lines = text.split('\n')
  if (lines.pop() !== '') return null
  const only = ONLY.exec(lines[0] ?? '')?.[1] ?? null
  const entries: (Requirement & { readonly hashes: `sha256:${string}`[] })[] = []
  let open = false
  for (const line of only === null ? lines : lines.slice(1)) {
    const [, name, version = '', marker = ''] = ENTRY.exec(line) ?? []
    const [, hash, more] = HASH.exec(line) ?? []
    const last = entries.at(-1)
    if (!open && name !== undefined) entries.push({ name, version, marker, hashes: [] })
    else if (open && last !== undefined && isSha256(hash)) last.hashes.push(hash)
    else return null
    open = name !== undefined || more !== undefined
  }
  return open || entries.length === 0 ? null : { only, entries }
}

function isSha256(text: string | undefined): text is `sha256:${string}` {
  return text !== undefined
}

/** Whether a file beside the lock is the closure that the pin names, in its layout, with the pinned package at its version in every environment. */
export function isRequirementsOf(pinned: PypiPackage, text: string): boolean {
  if (sha256(text) !== pinned.closure) return false
  const read = readRequirements(text)
  if (read === null || formatRequirements(read) !== text) return false
  const [top, ...others] = read.entries.filter(({ name }) => name === pinned.name)
  return top?.version === pinned.version && top.marker === '' && others.length === 0
}
