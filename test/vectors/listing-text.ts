/** A session with a server as JSON texts: the form in which vectors and fixtures keep it. */
import { parseStrict, type Json } from '../../core/json/json.ts'
import { LIST_NAMES, type Listing, type ListName, type Pages } from '../../core/surface/surface.ts'

export type PagesText = { readonly pages: readonly string[] } | { readonly failed: number }

export type ListingText = {
  readonly handshake: { readonly method: 'initialize' | 'server/discover'; readonly result: string }
  readonly lists: { readonly [name in ListName]?: PagesText }
  readonly skills?: PagesText
  readonly ui: { readonly [uri: string]: PagesText }
}

/** @throws LockError `JSON_*` */
export function parseListing(text: ListingText): Listing {
  const lists: { [name in ListName]?: Pages } = {}
  for (const name of LIST_NAMES) {
    const answer = text.lists[name]
    if (answer !== undefined) lists[name] = parsePages(answer)
  }
  return {
    handshake: { method: text.handshake.method, result: parseStrict(text.handshake.result) },
    lists,
    ...(text.skills === undefined ? {} : { skills: parsePages(text.skills) }),
    ui: Object.fromEntries(Object.entries(text.ui).map(([uri, answer]) => [uri, parsePages(answer)])),
  }
}

function parsePages(answer: PagesText): Pages {
  return 'failed' in answer ? answer : { pages: answer.pages.map((page): Json => parseStrict(page)) }
}
