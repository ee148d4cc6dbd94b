/** Listings to test with: the project's own beside this file, and real ones where the checkout has them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { isObject, member, parseStrict, type Json } from '../../core/json/json.ts'
import { LIST_NAMES, type Listing, type ListName, type Pages } from '../../core/surface/surface.ts'

export type NamedListing = { readonly name: string; readonly listing: Listing }

const OWN = import.meta.dirname
export const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus')

export function ownListings(): NamedListing[] {
  return files(OWN).map(([name, value]) => ({ name, listing: value as unknown as Listing }))
}

/** Empty where the checkout has no corpus. A server that spoke both protocol eras gives two. */
export function corpusListings(): NamedListing[] {
  return existsSync(CORPUS) ? files(CORPUS).flatMap(([name, value]) => eras(name, value)) : []
}

function eras(name: string, server: Json): NamedListing[] {
  const legacy: { [name in ListName]?: Pages } = {}
  for (const list of LIST_NAMES) {
    const entries = member(server, list)
    if (entries !== undefined) legacy[list] = { pages: [{ [list]: entries }] }
  }
  const hello = member(server, 'initialize') ?? null
  const listings: NamedListing[] = [{ name, listing: { handshake: { method: 'initialize', result: hello }, lists: legacy, ui: {} } }]
  const discovered = member(server, 'discover')
  const modern = member(member(server, 'modernTools'), 'items')
  if (discovered !== undefined && modern !== undefined && isObject(member(discovered, 'capabilities'))) {
    const lists = { tools: { pages: [{ tools: modern }] } }
    listings.push({ name: `${name} (modern)`, listing: { handshake: { method: 'server/discover', result: discovered }, lists, ui: {} } })
  }
  return listings
}

function files(folder: string): [name: string, value: Json][] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [file, parseStrict(readFileSync(`${folder}/${file}`, 'utf8'))])
}
