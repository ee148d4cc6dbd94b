/** The check of a pin against the registry of the policy: what it says is proven, judged by the policy's own rules, and remembered. */
import { CODES } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import type { Coverage, Finding } from '../../core/compare/finding.ts'
import { parseStrict, member } from '../../core/json/json.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { parseAge } from '../../core/packages/release-age.ts'
import { policyFor, type Policy } from '../../core/policy/policy.ts'
import { UNREACHABLE, type RegistryPolicy } from '../../core/policy/registry-policy.ts'
import {
  checkProof,
  comparePin,
  formatManifest,
  judgeHistory,
  judgeStatus,
  judgeVersion,
  manifestDigest,
  manifestOf,
  nameKey,
  openServed,
  parseManifest,
  parseProof,
  portable,
  registryTrust,
  type Manifest,
  type Opened,
  type RegistryTrust,
  type Served,
  type SignedHead,
  type VersionState,
} from '../../core/registry/index.ts'
import { networkOf } from '../network/network.ts'
import type { PolicyInForce } from '../project/policy-in-force.ts'
import { trustedRootOf } from '../project/trusted-root.ts'
import type { World } from '../world/world.ts'
import { parseServed, registryApi, type Listing, type RegistryApi } from './api.ts'
import { watchLog, type LogWatch } from './log-watch.ts'
import { memoryOf, type RegistryMemory } from './memory.ts'

export type RegistryAnswer = { readonly findings: readonly Finding[]; readonly coverage: readonly Coverage[] }

/** A registry, with what it is believed by and held to. */
export type Registry = {
  readonly api: RegistryApi
  readonly trust: RegistryTrust
  readonly memory: RegistryMemory
  readonly watch: LogWatch
  readonly policy: Policy & { readonly registry: RegistryPolicy }
  readonly now: () => number
}

/** A version that may be used, with the manifest and where it is proven. */
export type Judgement = RegistryAnswer & {
  readonly manifest: Manifest | null
  /** Of the manifest. */
  readonly digest: string
  readonly proof: string | null
  readonly state: VersionState | null
}

export type Opening = {
  /** Instead of the policy's own. */
  readonly trustedRoot?: string
  /** Seconds that one answer may take. */
  readonly timeout?: number
}

/** Null where the policy names none. @throws LockError `TRUSTED_ROOT_INVALID`, `FILE_UNREADABLE` */
export async function openRegistry(
  project: Pick<PolicyInForce, 'policy' | 'readBeside'>,
  world: World,
  { trustedRoot, timeout }: Opening = {},
): Promise<Registry | null> {
  const { policy } = project
  const { registry } = policy
  if (registry === undefined) return null
  const root = await trustedRootOf(trustedRoot ?? null, world.cwd, project)
  const trust = registryTrust(registry, root, policy.sigstore.thresholds)
  const bounds = { signal: world.signal, ...(timeout === undefined ? {} : { timeout: timeout * 1_000 }) }
  const api = registryApi(registry, await networkOf(world.env), bounds)
  const memory = memoryOf(trust, world)
  const watch = watchLog(trust, memory, (tile) => api.tile(tile), world)
  return { api, trust, memory, watch, policy: { ...policy, registry }, now: world.now }
}

/** What the registry has of a pin. Whatever is not about trust, or an interruption, is a finding too. */
export async function checkPin(server: string, pin: Pin, registry: Registry): Promise<RegistryAnswer> {
  const { registry: declared } = policyFor(registry.policy, server)
  if (declared === 'off') return { findings: [], coverage: [{ code: 'REGISTRY_OFF', server }] }
  try {
    const answer = await askAbout(pin, declared === 'required' ? null : declared, registry)
    return { findings: answer.findings, coverage: answer.coverage.map((open) => ({ ...open, server })) }
  } catch (error) {
    if (!(error instanceof LockError) || error.code === 'INTERRUPTED') throw error
    return { findings: [{ code: error.code, subject: 'registry', detail: error.message }], coverage: [] }
  }
}

type Kept = { readonly served: string; readonly manifest: string | null }

async function askAbout(pin: Pin, name: string | null, registry: Registry): Promise<RegistryAnswer> {
  const maxAge = lastAge(registry.policy.registry)
  const before = await registry.watch.read()
  try {
    let worst: Judgement | null = null
    for (const candidate of await candidatesOf(pin, name, registry)) {
      const served = await registry.api.version(candidate.name, candidate.version)
      const judgement = await judgeServed(served, candidate, pin, registry, before)
      if (judgement.findings.length === 0 && maxAge !== null) {
        const kept: Kept = { served, manifest: judgement.manifest === null ? null : formatManifest(judgement.manifest).toString() }
        await registry.memory.keepAnswer(pin.digest, JSON.stringify(kept))
      }
      if (judgement.findings.length === 0) return judgement
      worst ??= judgement
    }
    return worst ?? { findings: [notFound(pin, name)], coverage: [] }
  } catch (error) {
    if (!(error instanceof LockError) || error.code !== 'MCP_REGISTRY_UNREACHABLE' || maxAge === null) throw error
    const kept = await registry.memory.answer(pin.digest)
    if (kept === null || before.status === null) throw error
    return judgeKept(kept, before.status, maxAge, pin, name, registry, error)
  }
}

/** Milliseconds; null where nothing but the registry itself will do. */
function lastAge({ unreachable }: RegistryPolicy): number | null {
  const age = UNREACHABLE.exec(unreachable)?.[1]
  return age === undefined ? null : parseAge(age)
}

/** More of the same surface than anybody looks through. */
const MAX_CANDIDATES = 8

/** By what the pin says, else by what it is of: those first whose version is that of the package. */
async function candidatesOf(pin: Pin, name: string | null, { api }: Registry): Promise<readonly Listing[]> {
  if (pin.registry !== undefined) return [pin.registry].filter((own) => name === null || nameKey(own.name) === nameKey(name))
  if (pin.surface === null || !isPortable(pin)) return []
  const { digest } = pin.surface
  const found = (await api.matches(digest)).filter(
    (one) => one.kind === 'surface' && (name === null || nameKey(one.name) === nameKey(name)),
  )
  const isSame = ({ version }: Listing): boolean => version === pin.source.package?.version
  return [...found.filter(isSame), ...found.filter((one) => !isSame(one))].slice(0, MAX_CANDIDATES)
}

function isPortable({ source }: Pin): boolean {
  try {
    portable(source)
    return true
  } catch (error) {
    if (error instanceof LockError && error.code === 'NOT_PORTABLE') return false
    throw error
  }
}

function notFound(pin: Pin, name: string | null): Finding {
  const detail =
    pin.registry !== undefined
      ? `the pin is of \`${pin.registry.name}\`, and the policy wants \`${name ?? ''}\``
      : pin.surface === null
        ? 'without definitions it cannot be looked up'
        : !isPortable(pin)
          ? 'a program of the repository is in no registry; `registry: off` of the server lets it off'
          : `nothing with these definitions${name === null ? '' : ` under \`${name}\``}`
  return { code: 'NOT_LISTED', subject: 'registry', detail }
}

/** @param pin null where there is none yet @param before what was remembered when the registry was asked */
export async function judgeServed(
  text: string,
  asked: Listing,
  pin: Pin | null,
  registry: Registry,
  before: Awaited<ReturnType<LogWatch['read']>>,
): Promise<Judgement> {
  const { trust, watch, api, now } = registry
  const served = parseServed(text)
  if (nameKey(served.name) !== nameKey(asked.name) || served.version !== asked.version)
    throw new LockError('NOT_LISTED', `asked for \`${asked.name}@${asked.version}\`, got \`${served.name}@${served.version}\``)
  const opened = await openOrRefuse(text, served, registry)
  const status = judgeStatus(served.status, trust.status, {
    origin: trust.rules.origin,
    now: now(),
    epoch: before.epoch,
    last: before.status,
  })
  if (opened.head === null) throw new LockError('NOT_LISTED', `nothing is logged of \`${served.name}\``)
  const reflected = { size: status.log.size, root: Buffer.from(status.log.root, 'base64') }
  const sight = {
    head: opened.head,
    reflected,
    locked: lockedHead(pin, served, trust),
    seen: seenIn(opened),
    epoch: status.epoch,
    status: served.status,
  }
  const roots = await watch.take(sight, before)
  const manifest = await manifestIn(served, opened, pin, (digest) => api.manifest(digest))
  return judge(served, opened, roots, status, manifest, pin, registry)
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

function judge(
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

/** The registry is not there: the last good answer, judged anew by the last status. */
function judgeKept(
  kept: string,
  statusText: string,
  maxAge: number,
  pin: Pin,
  name: string | null,
  registry: Registry,
  why: LockError,
): Promise<RegistryAnswer> {
  return registry.watch.read().then(({ roots, epoch }) => {
    const document = parseStrict(kept)
    const [servedText, manifestText] = [member(document, 'served'), member(document, 'manifest')]
    const served = parseServed(typeof servedText === 'string' ? servedText : '')
    const isAsked = ({ registry: own }: Pin): boolean =>
      own === undefined || (nameKey(own.name) === nameKey(served.name) && own.version === served.version)
    if (!isAsked(pin) || (name !== null && nameKey(name) !== nameKey(served.name))) throw why
    const opened = openServed(served, served.name, registry.trust)
    // What it was proven to begin with is remembered; what is not is no last good answer.
    if (opened.head === null || roots[String(opened.head.size)] !== Buffer.from(opened.head.root).toString('base64')) throw why
    const bounds = { origin: registry.trust.rules.origin, now: registry.now(), epoch, maxAge, last: null }
    const status = judgeStatus(statusText, registry.trust.status, bounds)
    const known = new Map(Object.entries(roots).map(([size, root]) => [Number(size), root]))
    const manifest = typeof manifestText === 'string' ? parseManifest(Buffer.from(manifestText)) : null
    const { findings, coverage } = judge(served, opened, known, status, manifest, pin, registry)
    return { findings, coverage: [...coverage, { code: 'REGISTRY_LAST_ANSWER', detail: `of ${status.issued}` }] }
  })
}

/** The head in which the lock has its proof, which must be of a record that is served. */
function lockedHead(pin: Pin | null, { statements }: Served, { log }: RegistryTrust): SignedHead | null {
  const proof = pin?.registry?.proof
  if (proof === undefined) return null
  const { index } = parseProof(proof)
  const record = statements.find((one) => one.index === index)?.record
  if (record === undefined) throw new LockError('PROOF_INVALID', 'the proof in the lock is of a record that the registry does not serve')
  return checkProof(proof, Buffer.from(record), log).checkpoint
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

/** Whether nothing of the findings keeps a server from starting. */
export function mayStart({ findings }: RegistryAnswer): boolean {
  return findings.every(({ code }) => CODES[code].exit === 0)
}
