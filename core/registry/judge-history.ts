/** What of a registry's records counts here: each is judged after those before it, as an honest registry must have judged it. */
import type { Code } from '../codes/codes.ts'
import { addTo, toHistory, type Accepted, type History } from './history.ts'
import { judgeControl } from './judge-control.ts'
import { judgeManifest, judgePublication } from './judge-manifest.ts'
import type { Manifest } from './manifest.ts'
import type { OpenedStatement } from './open-served.ts'
import { recordKey, type LogRecord } from './record.ts'
import type { Refusal } from './refusal.ts'
import type { Rules } from './rules.ts'

export type Judged = {
  readonly history: History
  /** What no honest registry could have accepted. */
  readonly refused: readonly (Refusal & { readonly index: number })[]
  /** What does not count by the rules here, and may elsewhere. */
  readonly ignored: readonly (Refusal & { readonly record: LogRecord })[]
}

/** Another policy, or what only it let in, may be the reason of these. */
const OTHER_RULES: ReadonlySet<Code> = new Set([
  'SIGNER_UNTRUSTED',
  'PUBLISHER_UNKNOWN',
  'ISSUER_UNTRUSTED',
  'APPROVER_UNKNOWN',
  'ADMIN_REQUIRED',
  'TARGET_UNKNOWN',
  'NOT_APPROVED',
])

/**
 * @param rootAt the root of the log's first `size` records, in base64; null where it never was that
 * @param manifestOf a manifest by its digest; null for one that is not looked at
 */
export function judgeHistory(
  statements: readonly OpenedStatement[],
  size: number,
  rules: Rules,
  rootAt: (size: number) => string | null,
  manifestOf: (digest: string) => Manifest | null,
): Judged {
  const history = toHistory(size, [])
  const refused: (Refusal & { readonly index: number })[] = []
  const ignored: (Refusal & { readonly record: LogRecord })[] = []
  const logged = new Map<string, number>()
  for (const { index, record, signed } of statements) {
    const key = recordKey(record)
    const earlier = logged.get(key)
    logged.set(key, index)
    if (earlier !== undefined) {
      refused.push({ code: 'RECORD_REPEATED', detail: `record ${earlier} is of the same statement`, index })
      continue
    }
    const refusal = 'code' in signed ? signed : judge(signed, history, rules, rootAt, manifestOf)
    if (refusal === null && !('code' in signed)) addTo(history, signed)
    else if (refusal !== null && OTHER_RULES.has(refusal.code)) ignored.push({ ...refusal, record })
    else if (refusal !== null) refused.push({ ...refusal, index })
  }
  return { history, refused, ignored }
}

function judge(
  signed: Accepted,
  history: History,
  rules: Rules,
  rootAt: (size: number) => string | null,
  manifestOf: (digest: string) => Manifest | null,
): Refusal | null {
  // When it was accepted is not known here: an approval that has expired is not counted, and was none the less right.
  if (signed.statement.kind === 'control') return judgeControl(signed, history, rules, rootAt, null)
  const manifest = manifestOf(`sha256:${signed.statement.subject.sha256}`)
  return manifest === null ? judgePublication(signed, history, rules) : judgeManifest(signed, manifest, history, rules)
}
