/** A TUF repository (The Update Framework 1.0, consistent snapshots, Ed25519), and a server for it on the loopback. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { canonicalize, sha256 } from '../../core/json/digest.ts'
import type { Json, JsonObject } from '../../core/json/json.ts'

export type RoleName = 'root' | 'timestamp' | 'snapshot' | 'targets'
const ROLES: readonly RoleName[] = ['root', 'timestamp', 'snapshot', 'targets']

export class TufKey {
  readonly id: string
  readonly json: JsonObject
  readonly #secret: KeyObject

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const bytes = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
    this.json = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: bytes.toString('hex') } }
    this.id = hex(canonicalize(this.json))
    this.#secret = privateKey
  }

  sign(signed: Json): JsonObject {
    return { keyid: this.id, sig: sign(null, Buffer.from(canonicalize(signed)), this.#secret).toString('hex') }
  }
}

export type Publication = {
  readonly version?: number
  readonly expires?: { readonly [role in RoleName]?: string }
  readonly threshold?: number
  /** Whether metadata names the hashes of metadata; the versions are always named. */
  readonly hashes?: boolean
}

/** What stands at which path. Tests change it as an attacker who has a mirror could, or one who has a key. */
export class TufRepository {
  readonly files = new Map<string, Buffer | string>()
  readonly keys: { [role in RoleName]: TufKey } = {
    root: new TufKey(),
    timestamp: new TufKey(),
    snapshot: new TufKey(),
    targets: new TufKey(),
  }
  /** The text of the newest root. */
  root = ''
  #rootVersion = 0

  constructor(targets: { readonly [name: string]: string }, publication: Publication = {}) {
    this.publishRoot(publication)
    this.publish(targets, publication)
  }

  /** A next root; with `keys`, one that makes them the repository's own, signed by old and new. */
  publishRoot({ expires = {}, threshold = 1 }: Publication = {}, keys: { readonly [role in RoleName]?: TufKey } = {}): void {
    const before = this.keys.root
    Object.assign(this.keys, keys)
    this.#rootVersion++
    const signed: JsonObject = {
      ...this.#head('root', this.#rootVersion, expires.root),
      consistent_snapshot: true,
      keys: Object.fromEntries(ROLES.map((role) => [this.keys[role].id, this.keys[role].json])),
      roles: Object.fromEntries(ROLES.map((role) => [role, { keyids: [this.keys[role].id], threshold }])),
    }
    this.root = format(signed, [...new Set([before, this.keys.root])])
    this.files.set(`/${this.#rootVersion}.root.json`, this.root)
  }

  publish(targets: { readonly [name: string]: string }, { version = 1, expires = {}, hashes = true }: Publication = {}): void {
    const named = (text: string): JsonObject => ({ version, ...(hashes ? { length: text.length, hashes: { sha256: hex(text) } } : {}) })
    const list = Object.entries(targets).map(([name, text]): [string, Json] => {
      this.files.set(`/targets/${hex(text)}.${name}`, text)
      return [name, { length: Buffer.byteLength(text), hashes: { sha256: hex(text) } }]
    })
    const write = (role: RoleName, path: string, members: JsonObject): string => {
      const text = format({ ...this.#head(role, version, expires[role]), ...members }, [this.keys[role]])
      this.files.set(path, text)
      return text
    }
    const ofTargets = write('targets', `/${version}.targets.json`, { targets: Object.fromEntries(list) })
    const ofSnapshot = write('snapshot', `/${version}.snapshot.json`, { meta: { 'targets.json': named(ofTargets) } })
    write('timestamp', '/timestamp.json', { meta: { 'snapshot.json': named(ofSnapshot) } })
  }

  /** @returns the URL of the repository */
  async serve(t: Pick<TestContext, 'after'>, before: (path: string) => RequestListener | undefined = () => undefined): Promise<URL> {
    return listen(
      t,
      createServer((request, response) => (before(request.url ?? '') ?? this.answer)(request, response)),
    )
  }

  readonly answer: RequestListener = ({ url = '' }, response) => {
    const file = this.files.get(url.replace(/^\/mirror/, ''))
    response.writeHead(file === undefined ? 404 : 200).end(file)
  }

  #head(role: RoleName, version: number, expires = '2126-01-01T00:00:00Z'): JsonObject {
    return { _type: role, spec_version: '1.0.31', version, expires }
  }
}

function format(signed: JsonObject, keys: readonly TufKey[]): string {
  return JSON.stringify({ signatures: keys.map((key) => key.sign(signed)), signed })
}

function hex(text: string): string {
  return sha256(text).slice('sha256:'.length)
}

async function listen(t: Pick<TestContext, 'after'>, server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}
