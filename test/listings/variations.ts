/** The same listing said otherwise: none of these is a change. */
import { isObject, member, type Json, type JsonObject } from '../../core/json/json.ts'
import { LIST_NAMES, type Listing, type ListName, type Pages } from '../../core/surface/surface.ts'
import { isForbidden } from './roots.ts'

const TIMES = 8

export function* variations(listing: Listing): Generator<Listing> {
  for (let seed = 1; seed <= TIMES; seed++) yield vary(listing, random(seed))
}

type Random = (below: number) => number

/** A small linear congruential generator: the same variations on every run. */
function random(seed: number): Random {
  let state = seed * 2_654_435_761
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function vary(listing: Listing, next: Random): Listing {
  const lists: { [name in ListName]?: Pages } = {}
  for (const name of LIST_NAMES) {
    const answer = listing.lists[name]
    if (answer !== undefined)
      lists[name] = repaged(answer, name, next, name === 'tools' ? (tool) => defaults(tool, next) : (entry) => entry)
  }
  const { method, result } = listing.handshake
  const hello = {
    ...(turned(result, next) as JsonObject),
    protocolVersion: `r${next(9)}`,
    ttlMs: next(9),
    resultType: 'complete',
    nextCursor: null,
  }
  const silent = member(result, 'instructions')
  const instructions =
    silent === undefined || silent === '' ? (next(2) === 0 ? { instructions: '' } : {}) : { instructions: turned(silent, next) }
  const { instructions: _, ...rest } = hello as JsonObject
  return {
    handshake: { method, result: { ...rest, ...instructions } },
    lists,
    ...(listing.skills === undefined ? {} : { skills: repaged(listing.skills, 'skills', next, (entry) => entry) }),
    ui: Object.fromEntries(shuffled(Object.entries(listing.ui), next).map(([uri, answer]) => [uri, withTransport(answer, next)])),
  }
}

/** The list in another order, in other pages, each with other transport fields. */
function repaged(answer: Pages, list: string, next: Random, entry: (entry: Json) => Json): Pages {
  if ('failed' in answer) return answer
  const all = shuffled(
    answer.pages.flatMap((page) => (member(page, list) as Json[]).map((item) => entry(turned(item, next)))),
    next,
  )
  const pages: JsonObject[] = []
  for (let at = 0; at < all.length || pages.length === 0;) {
    const size = next(all.length + 1)
    pages.push({ [list]: all.slice(at, at + size), nextCursor: `c${next(1_000)}` })
    at += size
  }
  const extra = answer.pages.map((page) => Object.entries(page as JsonObject).filter(([key]) => key !== list))
  const last: JsonObject = Object.fromEntries(shuffled(extra.flat(), next))
  return withTransport(
    { pages: pages.map((page, i) => (i === pages.length - 1 ? { ...(turned(last, next) as JsonObject), ...page } : page)) },
    next,
  )
}

function withTransport(answer: Pages, next: Random): Pages {
  if ('failed' in answer) return answer
  return {
    pages: answer.pages.map((page) => {
      const fields = {
        ttlMs: next(9_999),
        cacheScope: next(2) === 0 ? 'public' : 'private',
        resultType: 'complete',
        _meta: { request: next(9_999) },
      }
      return turned({ ...(page as JsonObject), ...fields }, next)
    }),
  }
}

function defaults(tool: Json, next: Random): Json {
  if (!isObject(tool)) return tool
  const { execution, ...rest } = tool
  const isDefault = execution === undefined || isForbidden(execution)
  return isDefault && next(2) === 0 ? { execution: { taskSupport: 'forbidden' }, ...rest } : isDefault ? rest : tool
}

/** The same value with the keys of every object in another order. */
function turned(value: Json, next: Random): Json {
  if (Array.isArray(value)) return value.map((item) => turned(item, next))
  if (!isObject(value)) return value
  return Object.fromEntries(shuffled(Object.entries(value), next).map(([key, item]) => [key, turned(item, next)]))
}

function shuffled<T>(items: readonly T[], next: Random): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = next(i + 1)
    ;[result[i], result[j]] = [result[j] as T, result[i] as T]
  }
  return result
}
