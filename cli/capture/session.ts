/** One session with a server: the handshake of either protocol era, then everything it declares. */
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { LockError } from '../../core/codes/errors.ts'
import { isArray, isObject, member, type Json, type JsonObject } from '../../core/json/json.ts'
import { LIST_NAMES, LISTS, uiResources, type Listing, type ListName, type Pages } from '../../core/surface/surface.ts'
import { Channel } from './channel.ts'
import type { Limits } from './limits.ts'
import { listPages, readResources, type Ask } from './pages.ts'
import type { Profile } from './profiles.ts'

export type Era = 'legacy' | 'modern'
export type ResourcePolicy = 'pin' | 'templates' | 'off'

export type SessionOptions = {
  readonly profile: Profile
  readonly root: string
  readonly limits: Limits
  readonly resources: ResourcePolicy
}

export type Session = { readonly era: Era; readonly protocolVersion: string; readonly listing: Listing }

/** Revisions that the handshake of the legacy era may settle on. */
const LEGACY = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07']
const MODERN = '2026-07-28'
const META = 'io.modelcontextprotocol/'
const QUIET = 100
/** Milliseconds for an answer to what a server need not answer. */
const PATIENCE = 500
const MAX_RELISTS = 10

/** Talks to a server over a wire that `open` attaches to the given channel. */
export class Conversation {
  readonly #options: SessionOptions
  readonly #channel: Channel
  #changed = new Set<ListName>()
  #lastHeard = 0

  constructor(options: SessionOptions) {
    this.#options = options
    this.#channel = new Channel({
      onRequest: (method) => this.#onRequest(method),
      onNotification: (method) => this.#onNotification(method),
    })
  }

  get channel(): Channel {
    return this.#channel
  }

  /** Whether the server speaks the modern era; any answer but a fitting one means that it does not. */
  async discover(): Promise<Json | null> {
    const answer = await this.#channel.request('server/discover', this.#params('modern', {}))
    if ('error' in answer) return null
    const versions = member(answer.result, 'supportedVersions')
    return Array.isArray(versions) && versions.includes(MODERN) ? answer.result : null
  }

  async initialize(): Promise<Json> {
    const { profile } = this.#options
    const answer = await this.#channel.request('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: profile.capabilities,
      clientInfo: { name: profile.name, version: profile.version },
    })
    if ('error' in answer)
      throw new LockError('SERVER_REFUSED', `initialize: error ${answer.error.code}: ${answer.error.message.slice(0, 200)}`)
    const version = member(answer.result, 'protocolVersion')
    if (typeof version !== 'string' || !LEGACY.includes(version))
      throw new LockError('SERVER_REFUSED', `it speaks the protocol revision ${JSON.stringify(version ?? null).slice(0, 200)}`)
    this.#channel.agree(version)
    await this.#channel.notify('notifications/initialized')
    return answer.result
  }

  /** Everything that the capabilities declare, listed until the lists are quiet. */
  async list(era: Era, hello: Json): Promise<Session> {
    const { limits } = this.#options
    const ask: Ask = (method, params) => this.#channel.request(method, this.#params(era, params))
    const capabilities = member(hello, 'capabilities')
    const wanted = LIST_NAMES.filter((name) => this.#declared(name, capabilities))
    const lists: { [name in ListName]?: Pages } = {}
    let skills: Pages | undefined
    let ui: Listing['ui'] = {}
    let next: readonly ListName[] = wanted
    for (let round = 0; round === 0 || next.length > 0; round++) {
      if (round > MAX_RELISTS) throw new LockError('SURFACE_RESTLESS', `lists changed after every one of ${MAX_RELISTS} listings`)
      for (const name of next) this.#changed.delete(name)
      const pages = await Promise.all(next.map((name) => listPages(ask, LISTS[name].method, name, limits)))
      next.forEach((name, i) => (lists[name] = pages[i] as Pages))
      skills = hasSkills(capabilities) ? await listPages(ask, 'skills/list', 'skills', limits) : undefined
      ui = await readResources(ask, uiResources(lists.tools), limits)
      if (era === 'legacy' && announces(capabilities)) await this.#inStep()
      await this.#quiet()
      next = wanted.filter((name) => this.#changed.has(name))
    }
    await Promise.all(UNDECLARED.filter((name) => !wanted.includes(name)).map((name) => this.#refuseUndeclared(ask, name)))
    this.#channel.assertSound()
    const agreed = member(hello, 'protocolVersion')
    const protocolVersion = era === 'legacy' && typeof agreed === 'string' ? agreed : MODERN
    const handshake = { method: era === 'modern' ? 'server/discover' : 'initialize', result: hello } as const
    return { era, protocolVersion, listing: { handshake, lists, ...(skills === undefined ? {} : { skills }), ui } }
  }

  #declared(name: ListName, capabilities: Json | undefined): boolean {
    if (member(capabilities, LISTS[name].capability) === undefined) return false
    const { resources } = this.#options
    if (name === 'resources') return resources === 'pin'
    return name !== 'resourceTemplates' || resources !== 'off'
  }

  /** Some clients ask without a declaration; what a server then answers would be seen by them alone. */
  async #refuseUndeclared(ask: Ask, name: ListName): Promise<void> {
    const answer = await Promise.race([ask(LISTS[name].method, {}).catch(() => null), setTimeout(PATIENCE, null, { ref: false })])
    const entries = answer !== null && 'result' in answer ? member(answer.result, name) : undefined
    if (entries !== undefined && !(isArray(entries) && entries.length === 0)) {
      throw new LockError('ANSWER_MALFORMED', `${LISTS[name].method}: the server lists what its capabilities do not declare`)
    }
  }

  #params(era: Era, params: JsonObject): JsonObject {
    if (era === 'legacy') return params
    const { profile } = this.#options
    return {
      ...params,
      _meta: {
        [`${META}protocolVersion`]: MODERN,
        [`${META}clientInfo`]: { name: profile.name, version: profile.version },
        [`${META}clientCapabilities`]: profile.capabilities,
      },
    }
  }

  #onRequest(method: string): Json | null {
    this.#note()
    if (method === 'ping') return {}
    if (method === 'roots/list' && Object.hasOwn(this.#options.profile.capabilities, 'roots')) {
      return { roots: [{ uri: pathToFileURL(this.#options.root).href, name: 'workspace' }] }
    }
    return null
  }

  #onNotification(method: string): void {
    const lists = CHANGED[method]
    if (lists === undefined) return
    for (const name of lists) this.#changed.add(name)
    this.#note()
  }

  #note(): void {
    this.#lastHeard = performance.now()
  }

  /** Waits for what the server said right behind its answers: it comes before the answer to a ping. */
  async #inStep(): Promise<void> {
    const pong = this.#channel.request('ping', {}).catch(() => {})
    await Promise.race([pong, setTimeout(QUIET, undefined, { ref: false })])
  }

  /** Where the server announced a change or asked something, waits until it was silent for 100 ms, or gives up for this round. */
  async #quiet(): Promise<void> {
    if (this.#lastHeard === 0) return
    const end = performance.now() + 3 * QUIET
    for (;;) {
      const now = performance.now()
      const rest = Math.min(this.#lastHeard + QUIET, end) - now
      if (rest <= 0) return
      await setTimeout(rest)
    }
  }
}

/** Lists that clients ask for without looking at the capabilities. */
const UNDECLARED: readonly ListName[] = ['tools', 'prompts']

const CHANGED: { readonly [method: string]: readonly ListName[] } = {
  'notifications/tools/list_changed': ['tools'],
  'notifications/prompts/list_changed': ['prompts'],
  'notifications/resources/list_changed': ['resources', 'resourceTemplates'],
}

/** Whether the server says that it announces changes of a list. */
function announces(capabilities: Json | undefined): boolean {
  return isObject(capabilities) && Object.values(capabilities).some((capability) => member(capability, 'listChanged') === true)
}

function hasSkills(capabilities: Json | undefined): boolean {
  return member(member(capabilities, 'extensions'), 'io.modelcontextprotocol/skills') !== undefined
}
