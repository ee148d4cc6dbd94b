/** What the API answers, as its OpenAPI document says it. Of what is signed only the outside is told: FORMATS has the rest. */
import { z } from 'zod'
import { CODE_NAMES } from '../../core/codes/codes.ts'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const index = z.int().min(0).describe('place of the record in the log')
const text = z.string()
const instant = z.int().describe('milliseconds of the epoch')

const listed = z.strictObject({
  name: text,
  version: text,
  manifest: digest,
  metadata: z.looseObject({}),
  isLatest: z.boolean(),
  published: instant,
  updated: instant,
})
const next = z.string().nullable().describe('`cursor` of the next page')

const signer = z.union([z.strictObject({ issuer: text, subject: text }), z.strictObject({ spki: digest })])
const reason = z.looseObject({ code: text, text }).optional()
const because = z.strictObject({ index, reason }).nullable()

const versionState = z.strictObject({
  name: text,
  version: text,
  digest,
  index,
  publishers: z.array(z.strictObject({ role: z.enum(['author', 'observer']), signer, index })),
  approvals: z.array(z.strictObject({ person: text, signer, index, expires: text.optional() })),
  deprecated: because,
  revoked: because,
  paused: z.strictObject({ index, target: z.looseObject({ kind: text }), reason }).nullable(),
})

export const SHAPES = {
  servers: z.strictObject({ servers: z.array(listed), next }),
  versions: z.strictObject({ name: text, versions: z.array(versionState) }),
  version: z.strictObject({
    name: text,
    version: text,
    manifest: digest,
    key: text.describe('the name, as it is unique'),
    statements: z.array(
      z.strictObject({
        index,
        record: text.describe('the leaf'),
        bundle: text.describe('the Sigstore bundle'),
        proof: text.describe('C2SP tlog-proof'),
      }),
    ),
    status: text.describe('a DSSE envelope'),
  }),
  pending: z.strictObject({ pending: z.array(versionState), next }),
  matches: z.strictObject({
    digest: text,
    matches: z.array(
      z.strictObject({
        name: text,
        version: text,
        kind: z.enum(['definition', 'description', 'inputSchema', 'surface']),
        subject: text,
      }),
    ),
  }),
  status: z.strictObject({
    payloadType: text,
    payload: text,
    signatures: z.array(z.strictObject({ keyid: text, sig: text })).length(1),
  }),
  health: z.strictObject({ ok: z.literal(true) }),
  problem: z.strictObject({
    type: text,
    title: text,
    status: z.int(),
    code: z.enum(CODE_NAMES),
    detail: text,
    instance: text.describe('the request, as the log of the registry names it'),
  }),
} as const
