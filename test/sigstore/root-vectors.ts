/** Trusted roots that do not vouch for a good bundle. */
import { makeBundle } from './bundle.ts'
import { CODE_SIGNING } from './certificate.ts'
import type { Sigstore } from './sigstore.ts'
import type { TrustedRoot } from './trust.ts'
import { TimestampAuthority } from './tsa.ts'
import type { VectorCase } from './vector-case.ts'
import { BOTH, certified, statement } from './vector-workshop.ts'

const BEFORE = { start: '2024-01-01T00:00:00Z', end: '2025-01-01T00:00:00Z' }

export type Roots = { readonly [name: string]: object }

/** The cases, and the roots that they name. */
export function rootVectors(sigstore: Sigstore, other: Sigstore): { readonly cases: VectorCase[]; readonly roots: Roots } {
  const { trustedRoot: root } = sigstore
  const key = certified(sigstore, 'ci')
  const good = makeBundle(sigstore, key, statement('all'), BOTH)
  const misused = new TimestampAuthority(sigstore.keys, { use: CODE_SIGNING })
  const ended = <T extends { publicKey: object }>(logs: readonly T[]) =>
    logs.map((log) => ({ ...log, publicKey: { ...log.publicKey, validFor: BEFORE } }))
  const entries: readonly (readonly [name: string, why: string, code: string, root: object])[] = [
    ['no-authorities', 'a root that knows nobody', 'CERTIFICATE_INVALID', { ...root, certificateAuthorities: [] }],
    ['no-logs', 'a root without logs', 'LOG_ENTRY_INVALID', { ...root, tlogs: [] }],
    ['no-ct-logs', 'a root without CT logs', 'CERTIFICATE_INVALID', { ...root, ctlogs: [] }],
    ['no-timestamp-authorities', 'a root without timestamp authorities', 'TIMESTAMP_INVALID', { ...root, timestampAuthorities: [] }],
    ['other-ct-log', 'the CT log of another Sigstore', 'CERTIFICATE_INVALID', { ...root, ctlogs: other.trustedRoot.ctlogs }],
    ['log-ended', "the log's key had ended", 'LOG_ENTRY_INVALID', { ...root, tlogs: ended(root.tlogs) }],
    ['ct-log-ended', "the CT log's key had ended", 'CERTIFICATE_INVALID', { ...root, ctlogs: ended(root.ctlogs) }],
    [
      'authority-ended',
      'the certificate authority had ended',
      'CERTIFICATE_INVALID',
      { ...root, certificateAuthorities: over(root.certificateAuthorities) },
    ],
    [
      'timestamps-ended',
      'the timestamp authority had ended',
      'TIMESTAMP_INVALID',
      { ...root, timestampAuthorities: over(root.timestampAuthorities) },
    ],
    [
      'other-log-name',
      "the checkpoint is not in the log's name",
      'LOG_ENTRY_INVALID',
      { ...root, tlogs: root.tlogs.map((log) => ({ ...log, baseUrl: 'https://rekor.example' })) },
    ],
    [
      'no-validity-start',
      'from when on a log is valid must be said',
      'TRUSTED_ROOT_INVALID',
      { ...root, tlogs: root.tlogs.map(withoutStart) },
    ],
    [
      'root-version',
      'a version that is not known',
      'TRUSTED_ROOT_INVALID',
      { ...root, mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.9' },
    ],
    [
      'misused-timestamp-key',
      'the certificate of the timestamps is not one for timestamps',
      'TRUSTED_ROOT_INVALID',
      {
        ...root,
        timestampAuthorities: [
          {
            ...root.timestampAuthorities[0],
            certChain: { certificates: misused.chain.map((der) => ({ rawBytes: der.toString('base64') })) },
          },
        ],
      },
    ],
  ]
  const misusing = makeBundle({ ...sigstore, tsa: misused }, key, statement('all'), BOTH)
  return {
    cases: entries.map(([name, why, code]) => ({
      name: `root-${name}`,
      why,
      root: name,
      bundle: name === 'misused-timestamp-key' ? misusing : good,
      expected: { code },
    })),
    roots: { root, ...Object.fromEntries(entries.map(([name, , , root]) => [name, root])) },
  }
}

const over = <T extends object>(authorities: readonly T[]) => authorities.map((authority) => ({ ...authority, validFor: BEFORE }))

function withoutStart({ publicKey: { validFor: _, ...publicKey }, ...log }: TrustedRoot['tlogs'][number]): object {
  return { ...log, publicKey }
}
