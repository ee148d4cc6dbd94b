/** What an answer of a registry is worth: proven, judged by the policy's own rules, and remembered. */
import { LockError } from '../../core/codes/errors.ts'
import type { Coverage, Finding } from '../../core/compare/finding.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import {
  checkProof,
  comparePin,
  formatManifest,
  judgeHistory,
  judgeStatus,
  judgeVersion,
  manifestDigest,
  manifestOf,
  NAME_PATTERN,
  nameKey,
  openServed,
  parseManifest,
  parseProof,
  type Manifest,
  type Opened,
  type RegistryTrust,
  type Served,
  type SignedHead,
  type Status,
  type VersionState,
} from '../../core/registry/index.ts'
import { displaySafe, isPlainName } from '../../core/text.ts'
import { parseServed, type Listing } from './api.ts'
import type { LogWatch } from './log-watch.ts'
import type { Registry } from './open-registry.ts'

export type RegistryAnswer = { readonly findings: readonly Finding[]; readonly coverage: readonly Coverage[] }

/** A version that may be used, with the manifest and where it is proven. */
export type Judgement = RegistryAnswer & {
  readonly manifest: Manifest | null
  /** Of the manifest. */
  readonly digest: string
  readonly proof: string | null
  readonly state: VersionState | null
}

/** A pin of a lock, by the name of its server. */
export type Held = { readonly server: string; readonly pin: Pin }

/** @param held null where there is none yet @param before what was remembered when the registry was asked */
export async function judgeServed(
  text: string,
  asked: Listing,
  held: Held | null,
  registry: Registry,
  before: Awaited<ReturnType<LogWatch['read']>>,
): Promise<Judgement> {
  const { served, opened, status, roots } = await openAnswer(text, held, registry, before)
  if (nameKey(served.name) !== nameKey(asked.name) || served.version !== asked.version)
    throw new LockError('NOT_LISTED', `asked for \`${asked.name}@${asked.version}\`, got \`${served.name}@${served.version}\``)
  const pin = held?.pin ?? null
  const manifest = await manifestIn(served, opened, pin, (digest) => registry.api.manifest(digest))
  return judgeOpened(served, opened, roots, status, manifest, pin, registry)
}

type Answered = {
  readonly served: Served
  readonly opened: Opened & { readonly head: SignedHead }
  readonly status: Status
  /** By size, those that the head is known to begin with. */
  readonly roots: ReadonlyMap<number, string>
}

/**
 * Every record in its place, the status fresh, and the head one that begins with all that was seen before.
 * @throws LockError as `openServed`, `judgeStatus` and `LogWatch`; `NOT_LISTED` for an answer without a record
 */
export async function openAnswer(
  text: string,
  held: Held | null,
  registry: Registry,
  before: Awaited<ReturnType<LogWatch['read']>>,
): Promise<Answered> {
  const { trust, watch, now } = registry
  const served = parseServed(text)
  const opened = await openOrRefuse(text, served, registry)
  const bounds = { origin: trust.rules.origin, now: now(), epoch: before.epoch, last: before.status }
  const status = judgeStatus(served.status, trust.status, bounds)
  const { head } = opened
  if (head === null) throw new LockError('NOT_LISTED', `nothing is logged of \`${served.name}\``)
  const reflected = { size: status.log.size, root: Buffer.from(status.log.root, 'base64') }
  const locked = lockedHead(held, served, trust)
  const sight = { head, reflected, locked, seen: seenIn(opened), epoch: status.epoch, status: served.status }
  return { served, opened: { ...opened, head }, status, roots: await watch.take(sight, before) }
}

/** Two heads of one size in one answer are signed evidence, and kept. */
async function openOrRefuse(text: string, served: Served, { trust, watch }: Registry): Promise<Opened> {
  try {
    return openServed(served, served.name, trust)
  } catch (error) {
    if (error instanceof LockError && error.code === 'LOG_FORKED') return watch.refuse(error.message, text)
    throw error
  }
}

/** @param roots by size, those that the head is known to begin with */
export function judgeOpened(
  served: Served,
  opened: Opened,
  roots: ReadonlyMap<number, string>,
  status: ReturnType<typeof judgeStatus>,
  manifest: Manifest | null,
  pin: Pin | null,
  { trust: { rules }, now }: Pick<Registry, 'trust' | 'now'>,
): Judgement {
  const judged = judgeHistory(
    opened.statements,
    opened.head?.size ?? 0,
    rules,
    (size) => roots.get(size) ?? null,
    (digest) => (digest === served.manifest ? manifest : null),
  )
  const version = { name: served.name, version: served.version, digest: served.manifest }
  const { findings, deprecated, state } = judgeVersion(version, judged, status, rules, now())
  const differing = manifest === null || pin === null ? [] : comparePin(pin, manifest)
  const published = served.statements.find((_, i) => opened.statements[i]?.record.manifest === served.manifest)
  return {
    findings: findings.length > 0 ? findings : differing,
    coverage: deprecated === null ? [] : [{ code: 'DEPRECATED', detail: deprecated }],
    manifest,
    proof: published?.proof ?? null,
    digest: served.manifest,
    state,
  }
}

/** The head in which the lock has its proof, which must be of a record that is served. */
function lockedHead(held: Held | null, { statements }: Served, { log }: RegistryTrust): Parameters<LogWatch['take']>[0]['locked'] {
  if (held?.pin.registry === undefined) return null
  const { name, proof } = held.pin.registry
  const { index } = parseProof(proof)
  const record = statements.find((one) => one.index === index)?.record
  if (record === undefined) throw new LockError('PROOF_INVALID', 'the proof in the lock is of a record that the registry does not serve')
  const anew = `mcp-lock pin ${isPlainName(held.server) ? held.server : 'SERVER'} --from-registry ${NAME_PATTERN.test(name) ? name : 'NAME'}`
  return { head: checkProof(proof, Buffer.from(record), log).checkpoint, pin: displaySafe(held.server, 300), anew }
}

function seenIn({ statements }: Opened): { size: number; root: Uint8Array }[] {
  return statements.flatMap(({ signed }) =>
    'code' in signed || signed.statement.kind !== 'control'
      ? []
      : [{ size: signed.statement.predicate.seen.size, root: Buffer.from(signed.statement.predicate.seen.root, 'base64') }],
  )
}

/** Where the pin makes the same bytes, they need not be fetched. */
async function manifestIn(
  { name, version, manifest: digest }: Served,
  { statements }: Opened,
  pin: Pin | null,
  fetch: (digest: string) => Promise<Uint8Array>,
): Promise<Manifest | null> {
  if (!statements.some(({ record }) => record.manifest === digest && record.kind === 'manifest')) return null
  if (pin !== null && pin.surface !== null) {
    const own = manifestOf(pin, name, version)
    if (manifestDigest(formatManifest(own)) === digest) return own
  }
  return parseManifest(await fetch(digest))
}
