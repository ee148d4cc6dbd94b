/** What a container registry has under a name and tag, over its HTTP API (OCI Distribution Specification 1.1). */
import type { Response } from 'undici'
import { sha256 } from '../../../core/json/digest.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { isObject, member, parseStrictBytes } from '../../../core/json/json.ts'
import { displaySafe } from '../../../core/text.ts'
import { readBody } from '../../network/body.ts'
import { networkOf, type Network } from '../../network/network.ts'
import type { SourceContext } from '../source-kind.ts'
import { parseChallenge, type Challenge } from './challenge.ts'
import { basicCredentials } from './credentials.ts'

const ACCEPTED = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
/** §4 of the specification: registries need not take more. */
const MAX_MANIFEST = 4 * 1024 * 1024
const MAX_TOKEN = 64 * 1024
const MAX_REDIRECTS = 3
/** A manifest is small; the limit of a download is for layers. */
const TIMEOUT = 60_000

type Session = { readonly network: Network; readonly signal: AbortSignal; readonly until: number; readonly env: SourceContext['env'] }

/**
 * The digest of the index, or of the manifest where there is no index, made of the bytes that the registry gave.
 * @param name with its registry, in full: `docker.io/library/node`
 * @param reference a tag or a digest
 * @throws LockError `PACKAGE_NOT_FOUND`, `PACKAGE_UNUSABLE`, `INTEGRITY_MISMATCH`, `REGISTRY_UNREACHABLE`, `REGISTRY_AUTH`, `INTERRUPTED`, and what `Network` throws
 */
export async function digestOf(name: string, reference: string, context: SourceContext): Promise<`sha256:${string}`> {
  const deadline = AbortSignal.timeout(TIMEOUT)
  const signal = AbortSignal.any([context.signal, deadline])
  const session = { network: await networkOf(context.env), signal, until: performance.now() + TIMEOUT, env: context.env }
  try {
    return await fetchDigest(name, reference, session)
  } catch (cause) {
    if (context.signal.aborted) throw new LockError('INTERRUPTED', 'stopped while a registry was asked', { cause })
    if (deadline.aborted)
      throw new LockError('REGISTRY_UNREACHABLE', `the registry of \`${name}\` took longer than ${TIMEOUT / 1_000} seconds`)
    throw cause
  }
}

async function fetchDigest(name: string, reference: string, session: Session): Promise<`sha256:${string}`> {
  const [host = '', path = ''] = name.split(/\/(.*)/s)
  const url = new URL(`${originOf(host)}/v2/${path}/manifests/${reference}`)
  const accept = { accept: ACCEPTED.join(', ') }
  let response = await get(url, accept, session)
  if (response.status === 401) {
    await response.body?.cancel()
    const header = parseChallenge(response.headers.get('www-authenticate') ?? '')
    const authorization = await authorize(header, host, path, session)
    if (authorization !== null) response = await get(url, { ...accept, authorization }, session)
  }
  const shown = `\`${displaySafe(name, 200)}\``
  if (response.status === 401 || response.status === 403)
    throw new LockError('REGISTRY_AUTH', `\`${host}\` answered ${response.status}: there is no ${shown}, or it needs a login`)
  if (response.status === 404) throw new LockError('PACKAGE_NOT_FOUND', `\`${host}\` has no \`${displaySafe(reference, 100)}\` of ${shown}`)
  if (response.status !== 200) throw new LockError('REGISTRY_UNREACHABLE', `\`${host}\` answered ${response.status} for ${shown}`)
  const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (!ACCEPTED.includes(type))
    throw new LockError('PACKAGE_UNUSABLE', `${shown}: expected an image's index or manifest, got \`${displaySafe(type, 100)}\``)
  const digest = sha256(await readBody(response, MAX_MANIFEST, tooLarge))
  const said = response.headers.get('docker-content-digest')
  if ((said?.startsWith('sha256:') && said !== digest) || (reference.startsWith('sha256:') && reference !== digest))
    throw new LockError('INTEGRITY_MISMATCH', `\`${host}\` gives other bytes for ${shown} than their digest says`)
  return digest
}

/** Docker Hub's API has a host of its own; on this machine itself a registry may be without TLS, as for Docker. */
function originOf(host: string): string {
  if (host === 'docker.io') return 'https://registry-1.docker.io'
  return `${isLoopback(host) ? 'http' : 'https'}://${host}`
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+)(?::\d+)?$/.test(host)
}

/** One GET with redirects followed; what authorizes stays with the origin that asked for it. */
async function get(url: URL, headers: { readonly [name: string]: string }, session: Session): Promise<Response> {
  const { authorization, ...others } = headers
  for (let [at, hops] = [url, 0]; hops <= MAX_REDIRECTS; hops++) {
    const own = at.origin === url.origin && authorization !== undefined ? { ...others, authorization } : others
    const response = await session.network.request(at, { headers: own }, session.signal, session.until)
    if (response.status < 300 || response.status >= 400) return response
    await response.body?.cancel()
    const target = URL.parse(response.headers.get('location') ?? '', at.href)
    if (target === null || (target.protocol !== 'https:' && !isLoopback(target.host)))
      throw new LockError('REGISTRY_UNREACHABLE', `\`${at.host}\` redirects to no usable address`)
    at = target
  }
  throw new LockError('REGISTRY_UNREACHABLE', `\`${url.host}\` redirects more than ${MAX_REDIRECTS} times`)
}

/** The token flow of registries (Docker Registry v2 authentication): anonymous, or as the user is logged in. */
async function authorize(challenge: Challenge | null, host: string, path: string, session: Session): Promise<string | null> {
  const basic = await basicCredentials(host, session.env)
  if (challenge === null || challenge.scheme === 'basic') return challenge === null ? null : basic
  const realm = URL.parse(challenge.realm)
  if (realm === null || (realm.protocol !== 'https:' && !isLoopback(realm.host)))
    throw new LockError('REGISTRY_AUTH', `\`${host}\` names no usable place to get a token from`)
  if (challenge.service !== '') realm.searchParams.set('service', challenge.service)
  realm.searchParams.set('scope', `repository:${path}:pull`)
  const response = await get(realm, { accept: 'application/json', ...(basic === null ? {} : { authorization: basic }) }, session)
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new LockError('REGISTRY_AUTH', `\`${realm.host}\` answered ${response.status} when asked for a token of \`${host}\``)
  }
  const answer = parseStrictBytes(await readBody(response, MAX_TOKEN, tooLarge))
  const token = isObject(answer) ? (member(answer, 'token') ?? member(answer, 'access_token')) : undefined
  if (typeof token !== 'string' || !/^[\w.~+/=-]+$/.test(token))
    throw new LockError('REGISTRY_AUTH', `\`${realm.host}\` gave no token of \`${host}\``)
  return `Bearer ${token}`
}

const tooLarge = (limit: number): LockError => new LockError('REGISTRY_UNREACHABLE', `a registry's answer has more than ${limit} bytes`)
