/** Edits of client configs on disk, entry by entry: all of the files, or none. */
import { isDeepStrictEqual } from 'node:util'
import { isObject, type Json } from '../../../core/json/json.ts'
import { readTextFile } from '../../world/files.ts'
import { writeEdits, type ConfigEdit } from './config-edits.ts'
import { draftOf } from '../draft.ts'
import type { ServerEntry } from '../dialects/entry.ts'
import { Place } from '../documents/place.ts'
import { MAX_CONFIG } from '../read.ts'

export type EditText = (text: string, entry: ServerEntry) => string | Promise<string>

/**
 * Each entry's file with what `edit` makes of its text; a file with several entries is edited once for each.
 * Nothing is written yet.
 */
export async function planEdits(entries: readonly ServerEntry[], edit: EditText): Promise<readonly ConfigEdit[]> {
  const edits: ConfigEdit[] = []
  for (const [path, { file }] of new Map(entries.map((entry) => [entry.location, entry]))) {
    const before = await readTextFile(path, MAX_CONFIG)
    if (before === null) continue
    let after = before
    for (const entry of entries) if (entry.location === path) after = await edit(after, entry)
    if (after !== before) edits.push({ file, path, before, after })
  }
  return edits
}

/**
 * The same, written.
 * @returns the files that were written
 * @throws LockError `FILE_REFUSED`, and what `edit` throws; no file is changed then
 */
export async function editConfigs(entries: readonly ServerEntry[], edit: EditText): Promise<string[]> {
  return writeEdits(await planEdits(entries, edit))
}

/**
 * Where an entry stands in its document as it is by now.
 * @throws LockError `CONFIG_INVALID`, where it starts something else than when it was read
 */
export function placeOf(document: Json, entry: ServerEntry): Place {
  const place = entry.path.reduce<Place>(
    (at, key) => (typeof key === 'number' ? (at.items()[key] ?? at.at('')) : at.at(key)),
    new Place(document, entry.file),
  )
  const draft = isObject(place.value) ? draftOf(place, entry.dialect, entry.folder, entry.name) : null
  if (draft !== null && isDeepStrictEqual(draft.start, entry.start)) return place
  throw place.invalid('the entry has changed since it was read')
}
