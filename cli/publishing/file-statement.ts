/**
 * The way of every statement: judged by the rules before anybody signs, said and asked about, signed, checked, sent,
 * and proven to be in the log.
 */
import type { Code } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import type { Identity } from '../../core/identity/identity.ts'
import { sha256 } from '../../core/json/digest.ts'
import type { Json } from '../../core/json/json.ts'
import {
  checkProof,
  formatStatement,
  isSameSigner,
  parseRecord,
  parseStatement,
  signerId,
  signersOf,
  type Refusal,
  type Signed,
  type Statement,
  type Submission,
} from '../../core/registry/index.ts'
import { openEnvelope } from '../../core/signing/envelope.ts'
import { displaySafe } from '../../core/text.ts'
import type { PolicyInForce } from '../project/policy-in-force.ts'
import { escapedJson } from '../report/escaped-json.ts'
import { consent } from '../signing/consent.ts'
import { prepare, type Prepared, type SigningOptions } from '../signing/prepare.ts'
import { nameOf } from '../signing/who-signs.ts'
import type { World } from '../world/world.ts'
import type { Desk, Opened } from './desk.ts'

export type FilingOptions = SigningOptions & {
  readonly yes: boolean
  /** Whether the statement is only shown: everything is done but the signature and what follows it. */
  readonly dryRun?: boolean
}

/** What is to be filed, whoever signs it. */
export type Filing = {
  /** The statement that somebody makes; the same words from the same person are the same bytes. */
  readonly statement: (identity: Identity) => Statement
  /** Whether it may be, and whether it is so already: the index of the record that says it. */
  readonly judge: (signed: Signed) => Refusal | { readonly standing: number } | null
  readonly verb: string
  /** What it is done to, as a phrase that is fit to be shown. */
  readonly what: (statement: Statement) => string
  /** What it brings about, for whom: a line. */
  readonly consequence: string
  /** What is typed for a yes, where that is more than `y`. */
  readonly typed?: string
  /** Shows what is decided on, to whoever may. */
  readonly show?: () => void
  readonly parts: Omit<Submission, 'bundle'>
}

/** @throws LockError, and nothing is sent then */
export async function fileStatement(filing: Filing, options: FilingOptions, opened: Opened, world: World): Promise<void> {
  const require = (identity: Identity): void => {
    const refusal = filing.judge({ identity, statement: filing.statement(identity) })
    if (refusal !== null && 'code' in refusal)
      throw new LockError(refusal.code, `${displaySafe(refusal.detail, 1_000)}; it would be signed as ${nameOf(identity)}`)
  }
  const prepared = await prepare(options, opened.inForce, { signers: signersOf(opened.trust.rules), require }, world)
  const { identity } = prepared
  const host = displaySafe(opened.api.url.host, 200)
  const statement = filing.statement(identity)
  const standing = filing.judge({ identity, statement })
  if (standing !== null && 'standing' in standing) {
    world.stderr(`  it is so already, by record ${standing.standing} of ${host}: nothing to do\n`)
    return
  }
  filing.show?.()
  if (options.dryRun === true) {
    world.stderr(`  would ${filing.verb} ${filing.what(statement)}\n  as ${nameOf(identity)}\n`)
    const { manifest } = filing.parts
    const shown = {
      statement: jsonOf(formatStatement(statement).toString()),
      ...(manifest === undefined ? {} : { manifest: jsonOf(manifest) }),
    }
    world.stdout(`${escapedJson(shown)}\n`)
    return
  }
  const atRegistry = [`the statement and who signed it become public at ${host}, and stay in its log`, filing.consequence]
  const publications = prepared.publication === null ? atRegistry : [prepared.publication, ...atRegistry]
  const { verb, typed } = filing
  const act = { verb, what: filing.what(statement), publications, yes: options.yes, ...(typed === undefined ? {} : { typed }) }
  await consent(identity, act, world)
  const bundle = await signStatement(statement, prepared, opened.inForce)
  await send({ bundle, ...filing.parts }, sha256(formatStatement(statement)), identity, opened, world)
}

/** Signs a statement, and verifies the bundle as others will. @throws LockError `SIGNING_UNVERIFIED`, and as `sign` */
export async function signStatement(
  statement: Statement,
  { identity, keys, root, sign }: Prepared,
  { policy }: Pick<PolicyInForce, 'policy'>,
): Promise<string> {
  const payload = formatStatement(statement)
  parseStatement(payload)
  const bundle = await sign(payload)
  try {
    const opened = openEnvelope(bundle, { root, keys, thresholds: policy.sigstore.thresholds })
    if (!opened.payload.equals(payload) || !isSameSigner(signerId(opened.identity), signerId(identity)))
      throw new LockError('SIGNING_UNVERIFIED', 'the bundle is of another statement or signer')
  } catch (cause) {
    if (!(cause instanceof LockError) || cause.code === 'SIGNING_UNVERIFIED') throw cause
    throw new LockError('SIGNING_UNVERIFIED', `${cause.code}: ${displaySafe(cause.message, 500)}`, { cause })
  }
  return bundle
}

/**
 * Sends a statement; what comes back must be its own record, proven to be in the log.
 * @param payload the digest of what was signed
 * @throws LockError `PROOF_INVALID`, `REFUSED_BY_RULES`, and the code by which the registry refuses it
 */
export async function send(submission: Submission, payload: string, identity: Identity, { api, trust }: Desk, world: World): Promise<void> {
  if (world.signal.aborted) throw new LockError('INTERRUPTED', 'stopped before anything was sent')
  const {
    isNew,
    record: text,
    proof,
  } = await api.submit(submission).catch((error: unknown) => {
    throw refusedByRules(error, api)
  })
  const record = parseRecord(Buffer.from(text))
  const isOurs =
    record.statement === payload &&
    isSameSigner(record.signer, signerId(identity)) &&
    (!isNew || record.bundle === sha256(submission.bundle))
  if (!isOurs) throw new LockError('PROOF_INVALID', 'the registry answered with the record of another statement')
  const { index, checkpoint } = checkProof(proof, Buffer.from(text), trust.log, trust.witnesses)
  const said = isNew ? 'accepted' : 'there already'
  world.stderr(`${said}: record ${index} of ${displaySafe(trust.rules.origin, 200)}, proven in its log of ${checkpoint.size}\n`)
}

/** What a registry says by its own list of people: by the policy here it is allowed, or it were not sent. */
const BY_RULES: ReadonlySet<Code> = new Set([
  'SIGNER_UNTRUSTED',
  'PUBLISHER_UNKNOWN',
  'ISSUER_UNTRUSTED',
  'APPROVER_UNKNOWN',
  'ADMIN_REQUIRED',
])

function refusedByRules(error: unknown, { url }: Desk['api']): unknown {
  if (!(error instanceof LockError) || !BY_RULES.has(error.code)) return error
  const said = `\`${displaySafe(url.host, 200)}\` answered ${error.code}: ${error.message}; mcp-lock.yaml here would let it`
  return new LockError('REFUSED_BY_RULES', said, { cause: error })
}

/** Of what we wrote ourselves. */
function jsonOf(text: string): Json {
  return JSON.parse(text) as Json // JSON.parse makes nothing else
}
