/** Exact versions written into client configs: the one token changes, every other byte stays. */
import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { artifactOf, floats, withVersion } from '../../core/artifact.ts'
import { LockError } from '../../core/errors.ts'
import { escapeKey, isObject, type Json } from '../../core/json.ts'
import { isRemote } from '../../core/launch.ts'
import type { Path } from '../../core/pointer.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile, writeFileAtomic } from '../files.ts'
import { parseDocument, syntaxOf } from './document.ts'
import { launchOf, type ServerEntry } from './entry.ts'
import { readEntry, wordsOf } from './dialect.ts'
import { MAX_CONFIG } from './read.ts'
import { Place } from './place.ts'

const MAX_OCCURRENCES = 100

/**
 * Puts each server's version into every config that names the server.
 * @returns the files that were written
 * @throws LockError `CONFIG_INVALID`, where the token's place in the text is not certain; `FILE_REFUSED`
 */
export async function writeVersions(
  root: string,
  entries: readonly ServerEntry[],
  versions: ReadonlyMap<string, string>,
): Promise<string[]> {
  const edits: { file: string; path: string; text: string }[] = []
  for (const file of new Set(entries.map((entry) => entry.file))) {
    const path = resolve(root, file)
    const before = await readTextFile(path, MAX_CONFIG)
    if (before === null) continue
    let text = before
    for (const entry of entries) {
      const version = versions.get(entry.name)
      if (entry.file === file && version !== undefined) text = await withTokenAt(text, entry, version)
    }
    if (text !== before) edits.push({ file, path, text })
  }
  const written: string[] = []
  for (const { file, path, text } of edits) if (await writeFileAtomic(path, text)) written.push(file)
  return written
}

/** The text with one server's token at a version: every place where the token stands is tried until just the right value has changed. */
async function withTokenAt(text: string, entry: ServerEntry, version: string): Promise<string> {
  const { launch } = entry
  const artifact = artifactOf(launch)
  if (artifact === null || isRemote(launch)) return text
  if (floats({ ...artifact, range: version }))
    throw new LockError('PACKAGE_UNUSABLE', `expected an exact version, got \`${displaySafe(version, 100)}\``)
  const before = launch.args[artifact.token.index]
  const after = withVersion(launch, artifact, version).args[artifact.token.index]
  if (before === undefined || after === undefined || before === after) return text
  const syntax = syntaxOf(entry.file)
  const document = await parseDocument(text, syntax, entry.file)
  const place = placeAt(document, entry)
  const word = isStillThere(place, entry) ? wordsOf(place, entry.dialect).args.find(({ value }) => value === before) : undefined
  if (word === undefined) throw place.invalid(`expected the word \`${displaySafe(before, 200)}\`; the file has changed`)
  const expected = withValueAt(document, word.path, after)
  for (const at of occurrences(text, before)) {
    const edited = text.slice(0, at) + after + text.slice(at + before.length)
    const read = await parseDocument(edited, syntax, entry.file).catch(() => null)
    if (isDeepStrictEqual(read, expected)) return edited
  }
  throw place.invalid(
    `\`${displaySafe(before, 200)}\` is written in a way that is not changed here; write \`${displaySafe(after, 200)}\` by hand`,
  )
}

function placeAt(document: Json, { path, file }: ServerEntry): Place {
  return path.reduce<Place>(
    (place, key) => (typeof key === 'number' ? (place.items()[key] ?? place.at('')) : place.at(key)),
    new Place(document, file),
  )
}

function isStillThere(place: Place, { dialect, launch, folder }: ServerEntry): boolean {
  const draft = isObject(place.value) ? readEntry(place, dialect, folder) : null
  return draft !== null && isDeepStrictEqual(launchOf(draft.start), launch)
}

/** A copy of the document with another value at a place. */
function withValueAt(value: Json, [key, ...rest]: Path, after: Json): Json {
  if (key === undefined) return after
  if (Array.isArray(value)) return value.map((item: Json, i) => (i === key ? withValueAt(item, rest, after) : item))
  if (!isObject(value)) return value
  const stored = escapeKey(String(key))
  return { ...value, [stored]: withValueAt(value[stored] ?? null, rest, after) }
}

/** Where the token stands as a whole string, in one sort of quotes or the other. */
function* occurrences(text: string, token: string): Generator<number> {
  let found = 0
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1)) {
    const quote = text[at - 1] ?? ''
    if ((quote !== '"' && quote !== "'") || text[at + token.length] !== quote) continue
    if (++found > MAX_OCCURRENCES) return
    yield at
  }
}
