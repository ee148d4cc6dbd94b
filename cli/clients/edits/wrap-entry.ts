/**
 * The text of a config with one server put behind `mcp-lock run`, and back. The server's own words stay where
 * they are, with all that stands between them: the new ones are put in front, the command's own among them.
 */
import { isDeepStrictEqual } from 'node:util'
import { LockError } from '../../../core/codes/errors.ts'
import type { Json } from '../../../core/json/json.ts'
import { displaySafe } from '../../../core/text.ts'
import { parseDocument, syntaxOf } from '../documents/document.ts'
import { draftOf } from '../draft.ts'
import { placeOf } from './edit-configs.ts'
import { spliced, written, type Splice } from '../documents/edit.ts'
import type { ServerEntry } from '../dialects/entry.ts'
import { layoutOf, leads, separatorAt } from './words-layout.ts'

/** Splices, and what the document says with them. */
type Attempt = { readonly splices: readonly Splice[]; readonly expected: Json }

/**
 * @param launcher the words that start mcp-lock
 * @param call those behind them: `run` and the server's name
 * @throws LockError `CONFIG_INVALID`, where it has to be done by hand
 */
export async function wrapEntry(text: string, entry: ServerEntry, launcher: readonly string[], call: readonly string[]): Promise<string> {
  const layout = await layoutOf(text, entry)
  const { command, list, syntax, raw, values } = layout
  const [program = '', ...rest] = launcher
  const front = [...rest, ...call, '--']
  const first = list?.items?.[0]
  const like = command === null ? (first === undefined ? '' : raw(first)) : raw(command)
  const words = front.map((word) => written(word, like, syntax))
  const own = command === null ? values : [layout.words.command.text(), ...values]
  const expected = layout.expect(program, command === null ? [program, ...front, ...own] : [...front, ...own])
  const start = written(program, like, syntax)
  const attempt = (...splices: Splice[]): Attempt => ({ splices, expected })
  const before = (all: readonly string[], at: number): Splice => {
    const separator = separatorAt(at, layout)
    return { start: at, end: at, text: [...all, ''].join(separator) }
  }
  const attempts =
    command === null
      ? first === undefined
        ? []
        : [attempt(before([start, ...words], first.start))]
      : list === null
        ? leads(layout).map((lead) => {
            const quoted = front.map((word) => written(word, '"', syntax))
            return attempt({ ...command, text: `${start}${lead}[ ${[...quoted, raw(command)].join(', ')} ]` })
          })
        : [
            attempt(
              { ...command, text: start },
              first === undefined
                ? { start: list.start + 1, end: list.start + 1, text: [...words, raw(command)].join(', ') }
                : before([...words, raw(command)], first.start),
            ),
          ]
  const edited = await firstThatHolds(text, entry, attempts, true)
  if (edited !== null) return edited
  const line = displaySafe([...launcher, ...call, '--'].join(' '), 300)
  throw layout.place.invalid(`its words are written in a way that is not changed here; write \`${line}\` in front of them by hand`)
}

/** @throws LockError `CONFIG_INVALID`, where it has to be done by hand */
export async function unwrapEntry(text: string, entry: ServerEntry): Promise<string> {
  const layout = await layoutOf(text, entry)
  const { command, list, raw, values } = layout
  const items = list?.items ?? []
  // Of a list that holds all words the command is the first, and is not put anywhere else.
  const count = (entry.wrapper?.length ?? 0) - (command === null ? 0 : 1)
  const [first, last, own] = [items[0], items[count], items[count + (command === null ? 0 : 1)]]
  const attempts: Attempt[] = []
  if (command === null && first !== undefined && last !== undefined) {
    attempts.push({ splices: [{ start: first.start, end: last.start, text: '' }], expected: layout.expect('', values.slice(count)) })
  } else if (command !== null && first !== undefined && last !== undefined && list !== null) {
    const back = { ...command, text: raw(last) }
    const program = values[count] ?? ''
    const isOurs = own === undefined && /^\[ .* \]$/s.test(raw(list)) && leads(layout).includes(text.slice(command.end, list.start))
    if (isOurs) attempts.push({ splices: [{ ...back, end: list.end }], expected: layout.expect(program, null) })
    const gone = { start: first.start, end: own?.start ?? last.end, text: '' }
    attempts.push({ splices: [back, gone], expected: layout.expect(program, values.slice(count + 1)) })
  }
  const edited = await firstThatHolds(text, entry, attempts, false)
  if (edited !== null) return edited
  throw layout.place.invalid(
    'the words of mcp-lock are written in a way that is not changed here; take them away by hand, up to and with the `--`',
  )
}

/** The text with the splices that leave what is started as it is; null where none of them does. */
async function firstThatHolds(text: string, entry: ServerEntry, attempts: readonly Attempt[], isWrapped: boolean): Promise<string | null> {
  for (const { splices, expected } of attempts) {
    const edited = await spliced(text, splices, entry.file, expected)
    if (edited !== null && (await holds(edited, entry, isWrapped))) return edited
  }
  return null
}

async function holds(text: string, entry: ServerEntry, isWrapped: boolean): Promise<boolean> {
  const document = await parseDocument(text, syntaxOf(entry.file), entry.file)
  try {
    const draft = draftOf(placeOf(document, entry), entry.dialect, entry.folder, entry.name)
    return draft !== null && (draft.wrapper !== null) === isWrapped && isDeepStrictEqual(draft.start, entry.start)
  } catch (error) {
    if (error instanceof LockError) return false
    throw error
  }
}
