/** The parts of a listing that are changed one by one, each in the smallest listing that holds it. */
import type { DigestKind } from '../../core/json/digest.ts'
import { isObject, member, type Json } from '../../core/json/json.ts'
import { LIST_NAMES, LISTS, readSurface, type Listing, type ListName } from '../../core/surface/surface.ts'
import type { Mutation, MutableObject } from './mutations.ts'

export type Root = {
  readonly value: MutableObject
  /** The smallest listing with `value` in it, by reference. */
  readonly listing: Listing
  /** Members of `value` that are looked at elsewhere. */
  readonly except: ReadonlySet<string>
  /** Members of `value` that carry the message and are no part of the surface. */
  readonly transport: ReadonlySet<string>
  /** Nothing in `value` is part of the surface. */
  readonly silent?: true
  readonly definition?: { readonly list: ListName; readonly kind: DigestKind; readonly name: string }
}

export const TRANSPORT = ['nextCursor', 'ttlMs', 'cacheScope', 'resultType', '_meta']
const HANDSHAKE = [...TRANSPORT, 'protocolVersion', 'supportedVersions']
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo'
const NONE: ReadonlySet<string> = new Set()
const bare = (): Listing => ({ handshake: { method: 'initialize', result: { capabilities: {} } }, lists: {}, ui: {} })

/** Every root of a listing. All of them share their values with it. */
export function roots(listing: Listing): Root[] {
  return [...handshake(listing), ...LIST_NAMES.flatMap((name) => list(listing, name)), ...skills(listing), ...ui(listing)]
}

/** Whether a mutation that is not yet made will be no change: one of transport fields, or of the two protocol defaults. */
export function isNoChange(root: Root, { kind, path }: Mutation): boolean {
  if (root.silent === true) return true
  const [first] = path
  const before = root.value[String(first)]
  if (typeof first === 'string' && root.transport.has(first)) return path.length > 1 || kind !== 'renamed'
  if (kind !== 'removed' || path.length !== 1) return false
  if (root.definition?.list === 'tools' && first === 'execution') return isForbidden(before)
  return root.listing.handshake.result === root.value && first === 'instructions' && before === ''
}

export function isForbidden(execution: Json | undefined): boolean {
  return isObject(execution) && Object.keys(execution).length === 1 && member(execution, 'taskSupport') === 'forbidden'
}

/** The digest of the smallest listing with the root in it, or the code of the refusal. */
export function digestOf({ listing }: Root): string {
  return surfaceDigestOf(listing)
}

export function surfaceDigestOf(listing: Listing): string {
  try {
    return readSurface(listing).digest
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}

function handshake(listing: Listing): Root[] {
  const { method, result } = listing.handshake
  const meta = member(result, '_meta')
  const info = member(meta, SERVER_INFO)
  const view: Listing = { handshake: { method, result }, lists: {}, ui: {} }
  const found: Root[] = []
  const hasInfo = info !== undefined && member(result, 'serverInfo') === undefined
  const transport = new Set(hasInfo ? HANDSHAKE.filter((key) => key !== '_meta') : HANDSHAKE)
  found.push({ value: mutable(result), listing: view, except: new Set(hasInfo ? ['_meta'] : []), transport })
  if (hasInfo) {
    found.push({ value: mutable(info), listing: view, except: NONE, transport: NONE })
    found.push({ value: mutable(meta), listing: view, except: new Set([SERVER_INFO]), transport: NONE, silent: true })
  }
  return found
}

function list(listing: Listing, name: ListName): Root[] {
  const answer = listing.lists[name]
  if (answer === undefined) return []
  if ('failed' in answer) return []
  const { kind, key } = LISTS[name]
  return answer.pages.flatMap((page): Root[] => {
    const shell: Root = {
      value: mutable(page),
      listing: { ...bare(), lists: { [name]: { pages: [page] } } },
      except: new Set([name]),
      transport: new Set(TRANSPORT),
    }
    const definitions = (member(page, name) as Json[]).map((definition): Root => ({
      value: mutable(definition),
      listing: { ...bare(), lists: { [name]: { pages: [{ [name]: [definition] }] } } },
      except: NONE,
      transport: NONE,
      definition: { list: name, kind, name: nameOf(member(definition, key)) },
    }))
    return [shell, ...definitions]
  })
}

function skills({ skills: answer }: Listing): Root[] {
  if (answer === undefined || 'failed' in answer) return []
  return answer.pages.flatMap((page): Root[] => [
    { value: mutable(page), listing: { ...bare(), skills: { pages: [page] } }, except: new Set(['skills']), transport: new Set(TRANSPORT) },
    ...(member(page, 'skills') as Json[]).map((skill): Root => ({
      value: mutable(skill),
      listing: { ...bare(), skills: { pages: [{ skills: [skill] }] } },
      except: NONE,
      transport: NONE,
    })),
  ])
}

function ui(listing: Listing): Root[] {
  return Object.entries(listing.ui).flatMap(([uri, answer]): Root[] => {
    if ('failed' in answer) return []
    const view: Listing = { ...bare(), ui: { [uri]: answer } }
    return answer.pages.map((page): Root => ({ value: mutable(page), listing: view, except: NONE, transport: new Set(TRANSPORT) }))
  })
}

function nameOf(id: Json | undefined): string {
  if (typeof id !== 'string') throw new Error('expected a name in every definition')
  return id
}

/** Tests own the listings that they read, and may change them. */
function mutable(value: Json | undefined): MutableObject {
  if (!isObject(value)) throw new Error('expected an object in a listing')
  return value
}
