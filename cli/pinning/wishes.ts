/** The words of `update`: servers, each with the range, tag or version that it is to move to. */
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import type { Project } from '../project/project.ts'
import { updatable } from './updatable.ts'
import type { Wish } from './update-plan.ts'

/** No address, path or alias. */
const RANGE = /^[^/:$\\\p{Cc}]+$/u

/**
 * `server`, or `server@range`; all pinned packages that a config names without a word.
 * @throws LockError `USAGE`, `SERVER_UNKNOWN`, `NOT_PINNED`, `NOTHING_TO_UPDATE`, `PIN_UNUSED`
 */
export function readWishes(words: readonly string[], project: Project): Wish[] {
  const wanted = words.map((word) => split(word, (name) => own(project.pins, name) !== undefined || project.servers.has(name)))
  const twice = wanted.find(({ name }, i) => wanted.findIndex((other) => other.name === name) < i)
  if (twice !== undefined) throw new LockError('USAGE', `\`${twice.name}\` is named twice`)
  const chosen = updatable(
    wanted.map(({ name }) => name),
    project,
  )
  return chosen.flatMap(([name, pin]): Wish[] => {
    const server = project.servers.get(name)
    if (server !== undefined) return [{ server, pin, range: wanted.find((one) => one.name === name)?.range ?? null }]
    const unusable = project.unusable.get(name)
    if (unusable !== undefined) throw new LockError(unusable.code, `\`${name}\`: ${unusable.detail ?? ''}`)
    if (words.length === 0) return []
    throw new LockError('PIN_UNUSED', `no client config names \`${name}\``)
  })
}

/** A server's name may have an `@` itself. */
function split(word: string, isServer: (name: string) => boolean): { readonly name: string; readonly range: string | null } {
  const at = word.lastIndexOf('@')
  if (isServer(word) || at <= 0) return { name: word, range: null }
  const range = word.slice(at + 1)
  if (!RANGE.test(range)) throw new LockError('USAGE', `expected SERVER@RANGE, got \`${word}\``)
  return { name: word.slice(0, at), range }
}
