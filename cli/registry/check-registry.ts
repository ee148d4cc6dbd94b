/** The check of a pin against the registry of the policy. */
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { parseStrict, member } from '../../core/json/json.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { parseAge } from '../../core/packages/release-age.ts'
import { policyFor } from '../../core/policy/policy.ts'
import { UNREACHABLE, type RegistryPolicy } from '../../core/policy/registry-policy.ts'
import { formatManifest, judgeStatus, nameKey, openServed, parseManifest, portable } from '../../core/registry/index.ts'
import { parseServed, type Listing } from './api.ts'
import { judgeOpened, judgeServed, type Held, type Judgement, type RegistryAnswer } from './judge-served.ts'
import type { Registry } from './open-registry.ts'

/** What the registry has of a pin. Whatever is not about trust, or an interruption, is a finding too. */
export async function checkPin(server: string, pin: Pin, registry: Registry): Promise<RegistryAnswer> {
  const { registry: declared } = policyFor(registry.policy, server)
  if (declared === 'off') return { findings: [], coverage: [{ code: 'REGISTRY_OFF', server }] }
  try {
    const answer = await askAbout({ server, pin }, declared === 'required' ? null : declared, registry)
    return { findings: answer.findings, coverage: answer.coverage.map((open) => ({ ...open, server })) }
  } catch (error) {
    if (!(error instanceof LockError) || error.code === 'INTERRUPTED') throw error
    return { findings: [{ code: error.code, subject: 'registry', detail: error.message }], coverage: [] }
  }
}

type Kept = { readonly served: string; readonly manifest: string | null }

async function askAbout(held: Held, name: string | null, registry: Registry): Promise<RegistryAnswer> {
  const { pin } = held
  const maxAge = lastAge(registry.policy.registry)
  const before = await registry.watch.read()
  try {
    let worst: Judgement | null = null
    for (const candidate of await candidatesOf(pin, name, registry)) {
      const served = await registry.api.version(candidate.name, candidate.version)
      const judgement = await judgeServed(served, candidate, held, registry, before)
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
  if (pin.registry === undefined && pin.surface !== null && !isPortable(pin))
    return { code: 'NOT_LISTABLE', subject: 'registry', detail: 'it is a program of the repository' }
  const detail =
    pin.registry !== undefined
      ? `the pin is of \`${pin.registry.name}\`, and the policy wants \`${name ?? ''}\``
      : pin.surface === null
        ? 'the pin has no definitions by which it could be looked up; pin it without --source-only'
        : `nothing with these definitions${name === null ? '' : ` under \`${name}\``}`
  return { code: 'NOT_LISTED', subject: 'registry', detail }
}

/** The registry is not there: the last good answer, judged anew by the last status. */
async function judgeKept(
  kept: string,
  statusText: string,
  maxAge: number,
  pin: Pin,
  name: string | null,
  registry: Registry,
  why: LockError,
): Promise<RegistryAnswer> {
  const { roots, epoch, distrust } = await registry.watch.read()
  if (distrust !== null) throw why
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
  const { findings, coverage } = judgeOpened(served, opened, known, status, manifest, pin, registry)
  return { findings, coverage: [...coverage, { code: 'REGISTRY_LAST_ANSWER', detail: `of ${status.issued}` }] }
}
