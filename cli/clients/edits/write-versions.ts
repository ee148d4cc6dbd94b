/** Exact versions written into client configs: the one token changes, every other byte stays. */
import { artifactOf, floats, withVersion } from '../../../core/launch/artifact.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { isRemote } from '../../../core/launch/launch.ts'
import { displaySafe } from '../../../core/text.ts'
import { parseDocument, syntaxOf } from '../documents/document.ts'
import { withString } from '../documents/edit.ts'
import { placeOf, type EditText } from './edit-configs.ts'
import type { ServerEntry } from '../dialects/entry.ts'
import { wordsOf } from '../dialects/dialect.ts'

/**
 * Puts each server's version into an entry of that name.
 * @throws LockError `CONFIG_INVALID`, where the token's place in the text is not certain
 */
export function withVersions(versions: ReadonlyMap<string, string>): EditText {
  return (text, entry) => {
    const version = versions.get(entry.name)
    return version === undefined ? text : withTokenAt(text, entry, version)
  }
}

/** The text with one server's token at a version. */
async function withTokenAt(text: string, entry: ServerEntry, version: string): Promise<string> {
  const { launch } = entry
  const artifact = artifactOf(launch)
  if (artifact === null || isRemote(launch) || entry.wrapper?.bare === true) return text
  if (floats({ ...artifact, range: version }))
    throw new LockError('PACKAGE_UNUSABLE', `expected an exact version, got \`${displaySafe(version, 100)}\``)
  const before = launch.args[artifact.token.index]
  const after = withVersion(launch, artifact, version).args[artifact.token.index]
  if (before === undefined || after === undefined || before === after) return text
  const document = await parseDocument(text, syntaxOf(entry.file), entry.file)
  const place = placeOf(document, entry)
  const word = wordsOf(place, entry.dialect).args.find(({ value }) => value === before)
  if (word === undefined) throw place.invalid(`expected the word \`${displaySafe(before, 200)}\``)
  const edited = await withString(text, document, word.path, after, entry.file)
  if (edited !== null) return edited
  throw word.invalid(
    `\`${displaySafe(before, 200)}\` is written in a way that is not changed here; write \`${displaySafe(after, 200)}\` by hand`,
  )
}
