/** What `show signature` says: a verdict, then what the bundle claims, then what no signature says. */
import type { Finding } from '../../core/compare/finding.ts'
import type { CertificateIdentity, Identity } from '../../core/identity/identity.ts'
import { signerOf } from '../../core/identity/signer-of.ts'
import { sha256 } from '../../core/json/digest.ts'
import type { Json } from '../../core/json/json.ts'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { additionLines } from '../../core/policy/policy-trust.ts'
import { BUNDLE_FILE, LOCK_FILE, type ReadLock } from '../locks/lock-store.ts'
import type { BundleClaims, LogClaim, Read } from '../../core/signing/bundle-claims.ts'
import type { LockStatement } from '../../core/signing/statement.ts'
import type { TrustedRoot } from '../../core/signing/trusted-root.ts'
import { displaySafe } from '../../core/text.ts'
import type { World } from '../world/world.ts'
import { escapedJson } from './escaped-json.ts'
import { renderFindings } from './findings.ts'
import { painter } from './paint.ts'
import { wrap } from './wrap.ts'

export type ShownSignature = {
  /** Null for what is no bundle. */
  readonly claims: BundleClaims | null
  /** What `verify` says of it. */
  readonly findings: readonly Finding[]
  readonly lock: ReadLock
  /** Those that are trusted. */
  readonly logs: TrustedRoot['tlogs']
}

type Row = readonly [name: string, value: string]

export function signatureText(shown: ShownSignature, { color, terminal }: Pick<World, 'color' | 'terminal'>): string {
  const { claims, findings, lock, logs } = shown
  const paint = painter(color)
  const columns = terminal === null ? {} : { columns: terminal.columns }
  const stranger = strangerIn(shown)
  const mark = findings.length === 0 ? paint('green', '✓') : paint('red', '✗')
  const head = `${mark} ${verdict(shown, stranger !== null)}`
  const section = (title: string, rows: readonly Row[]): string[] => [paint('bold', title), ...table(rows)]
  const lines = [
    `${head}\n${renderFindings(findings, { color, indent: '  ', ...columns })}`.trimEnd(),
    ...(claims === null
      ? []
      : [
          ...section('signed by', signerRows(claims.signer)),
          ...section('over', statementRows(claims.statement, lock)),
          ...section('logged', claims.logs.length === 0 ? [['', 'in no log']] : claims.logs.flatMap((log) => logRows(log, logs))),
          ...section(
            'timestamps',
            claims.timestamps.length === 0
              ? [['', 'no timestamp']]
              : claims.timestamps.map((time): Row => ['', readOr(time, (text) => text)]),
          ),
          ...(stranger === null ? [] : trustLines(stranger)),
        ]),
    paint('bold', 'what it does not say'),
    ...notSaid(claims).flatMap((line) => wrap('  - ', line, terminal?.columns, '    ')),
  ]
  return `${lines.join('\n')}\n`
}

function table(rows: readonly Row[]): string[] {
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name === '' ? '' : `${name.padEnd(width)}  `}${value}`)
}

function readOr<Value>(read: Read<Value>, say: (value: Value) => string): string {
  return displaySafe('value' in read ? say(read.value) : `(${read.failure.message})`, 2_100)
}

function signerRows(signer: Read<Identity>): Row[] {
  if ('failure' in signer) return [['', readOr(signer, String)]]
  const { value } = signer
  if (value.kind === 'key') return [['key', displaySafe(value.digest, 200)]]
  return [['issuer', value.issuer], ['subject', value.subject], ...Object.entries(value.claims)].map(([name = '', text = '']): Row => [
    name,
    displaySafe(text, 2_100),
  ])
}

function statementRows(statement: Read<LockStatement>, { text }: ReadLock): Row[] {
  if ('failure' in statement) return [['', readOr(statement, String)]]
  const { subject, predicate } = statement.value
  const signed = `sha256:${subject[0].digest.sha256}`
  const { uri, id } = predicate.repository
  const rows: (readonly [name: string, value: string | undefined])[] = [
    [LOCK_FILE, `${signed}${signed === sha256(text) ? ', the file here' : ', another file than the one here'}`],
    ['repository', id === undefined ? uri : `${uri} (id ${id})`],
    ['path', predicate.path],
    ['policy', predicate.policy === null ? 'none' : `${predicate.policy.path}  sha256:${predicate.policy.sha256}`],
    ['serial', String(predicate.serial)],
    ['replaces', predicate.previous ?? 'nothing'],
    ['servers', Object.keys(predicate.servers).join(', ') || 'none'],
    ['commit', predicate.commit],
    ['made by', `${predicate.tool.name} ${predicate.tool.version}`],
  ]
  return rows.flatMap(([name, value]): Row[] => (value === undefined ? [] : [[name, displaySafe(value, 2_100)]]))
}

function logRows({ id, index, time }: LogClaim, logs: ShownSignature['logs']): Row[] {
  const url = urlOf(id, logs)
  const rows: Row[] = [
    ['log', displaySafe(url ?? `not one of the trusted root: ${id}`, 300)],
    ['index', displaySafe(index, 40)],
    ['time', time ?? 'the log does not say'],
  ]
  return url === 'https://rekor.sigstore.dev' && /^\d+$/.test(index)
    ? [...rows, ['look', `https://search.sigstore.dev/?logIndex=${index}`]]
    : rows
}

function urlOf(id: string, logs: ShownSignature['logs']): string | null {
  return logs.find(({ logId, checkpointKeyId }) => (checkpointKeyId ?? logId)?.keyId.toString('base64') === id)?.baseUrl ?? null
}

function verdict({ claims, findings }: ShownSignature, isStranger: boolean): string {
  if (findings.length === 0) return `the signature of ${LOCK_FILE} verifies`
  if (isStranger) return `the signature is good, and its signer is none of those in ${POLICY_FILE}`
  return `the signature of ${LOCK_FILE} does not verify${claims === null ? '' : '; what follows is what the bundle says, not verified'}`
}

/** Who signed, where all that is wrong is that nobody has named them. Of a key that is not named, nothing is known. */
function strangerIn({ claims, findings }: ShownSignature): CertificateIdentity | null {
  const isUnnamed = findings.length === 1 && findings[0]?.code === 'SIGNER_UNTRUSTED'
  if (!isUnnamed || claims === null || 'failure' in claims.signer) return null
  return claims.signer.value.kind === 'certificate' ? claims.signer.value : null
}

function trustLines(stranger: CertificateIdentity): string[] {
  const signer = signerOf(stranger)
  if (signer === null) return []
  const lines = additionLines({ signer })
  return [`the lines of ${POLICY_FILE} that would trust this signer`, ...lines.map((line) => `  ${displaySafe(line, 2_100)}`)]
}

/** Of every signature, and then of this one. */
function notSaid(claims: BundleClaims | null): string[] {
  const signer = claims !== null && 'value' in claims.signer ? claims.signer.value : null
  return [
    'that the servers do no harm: it is about what they declared, and which code was pinned',
    'that anybody read the lock with care: the signer vouches for the bytes, as far as the signer looked',
    'that this is the newest lock: an older one has a signature too (mcp-lock verify --base REF compares)',
    ...(signer?.kind === 'key'
      ? ['who has the key: whoever does can sign']
      : ['that the login or the workflow was not taken over by somebody else']),
    ...(claims !== null && claims.logs.length === 0 ? ['that others could see it: it is in no public log'] : []),
  ]
}

export function signatureJson({ claims, findings, lock, logs }: ShownSignature): string {
  const value: Json = {
    signatureVersion: 1,
    verified: findings.length === 0,
    findings: findings.map(({ code, detail = '' }) => ({ code, message: detail })),
    bundle: BUNDLE_FILE,
    lock: sha256(lock.text),
    ...(claims === null
      ? {}
      : {
          signer: asJson(claims.signer),
          statement: asJson(claims.statement),
          logs: claims.logs.map((log) => ({ ...log, url: urlOf(log.id, logs) })),
          timestamps: claims.timestamps.map(asJson),
        }),
  }
  return `${escapedJson(value)}\n`
}

function asJson(read: Read<unknown>): Json {
  if ('failure' in read) return { code: read.failure.code, message: read.failure.message }
  return JSON.parse(JSON.stringify(read.value)) as Json // plain data
}
