/** A submission: a signed statement with the manifest that it is about, read and checked as far as no history is needed. */
import { z } from 'zod'
import { LockError } from '../core/codes/errors.ts'
import { MAX_BUNDLE } from '../core/signing/limits.ts'
import { openEnvelope } from '../core/signing/envelope.ts'
import { parseStrictBytes } from '../core/json/json.ts'
import { sha256 } from '../core/json/digest.ts'
import type { Identity } from '../core/identity/identity.ts'
import type { Trust } from '../core/signing/index.ts'
import {
  digestOf,
  MAX_MANIFEST,
  MAX_METADATA,
  parseManifest,
  parseStatement,
  recordOf,
  WEBSITE,
  type Statement,
} from '../core/registry/index.ts'
import { parseAs } from './parse-as.ts'
import type { Metadata, Write } from './store.ts'

/** UTF-8 bytes of a `package-lock.json` or `requirements.txt`. */
const MAX_CLOSURE = 4 * 1024 * 1024
export const MAX_SUBMISSION = MAX_BUNDLE + MAX_MANIFEST + MAX_CLOSURE + 64 * 1024

const metadata = z.strictObject({
  description: z.string().max(MAX_METADATA.description).optional(),
  title: z.string().max(MAX_METADATA.title).optional(),
  websiteUrl: z.string().max(MAX_METADATA.websiteUrl).regex(WEBSITE).optional(),
})

/** Texts, so that their bytes are what was signed. */
export const submission = z.strictObject({
  bundle: z.string().max(MAX_BUNDLE),
  manifest: z.string().max(MAX_MANIFEST).optional(),
  closure: z.string().max(MAX_CLOSURE).optional(),
  metadata: metadata.optional(),
})

export type Submission = z.infer<typeof submission>

/** @throws LockError `SUBMISSION_INVALID` */
export function parseSubmission(body: Uint8Array): Submission {
  const value = LockError.within('the body is not JSON as it must be', () =>
    LockError.as('SUBMISSION_INVALID', () => parseStrictBytes(body)),
  )
  return parseAs(submission, value, 'SUBMISSION_INVALID')
}

export type Opened = { readonly identity: Identity; readonly payload: Uint8Array; readonly statement: Statement }

/** Who signed what: the part that costs time, and can run elsewhere. @throws LockError as `openEnvelope` and `parseStatement` */
export function openStatement(bundle: string, trust: Trust): Opened {
  const { identity, payload } = openEnvelope(bundle, trust)
  return { identity, payload, statement: parseStatement(payload) }
}

/** @throws LockError `SUBMISSION_INVALID`, `MANIFEST_INVALID`, `MANIFEST_MISMATCH` */
export function toWrite(sent: Submission, opened: Opened, received: number): Write {
  const { identity, payload, statement } = opened
  const bundle = Buffer.from(sent.bundle)
  const manifest = statement.kind === 'manifest' ? readManifest(sent, statement) : null
  if (statement.kind === 'control' && (sent.manifest !== undefined || sent.closure !== undefined))
    throw new LockError('SUBMISSION_INVALID', 'a control statement comes alone')
  const record = recordOf(statement, identity, payload, bundle)
  const closure = sent.closure === undefined ? null : readClosure(sent.closure, manifest)
  return { statement, identity, record, payload, bundle, manifest, closure, received }
}

function readManifest(sent: Submission, statement: Statement): NonNullable<Write['manifest']> {
  if (sent.manifest === undefined) throw new LockError('SUBMISSION_INVALID', 'expected the manifest that the statement is about')
  const bytes = Buffer.from(sent.manifest)
  if (sha256(bytes) !== digestOf(statement)) throw new LockError('MANIFEST_MISMATCH', 'the manifest is not the one that was signed')
  return { bytes, document: parseManifest(bytes), metadata: metadataOf(sent) }
}

/** Members that are there, and no others. */
function metadataOf({ metadata: sent = {} }: Submission): Metadata {
  const { description, title, websiteUrl } = sent
  return {
    ...(description === undefined ? {} : { description }),
    ...(title === undefined ? {} : { title }),
    ...(websiteUrl === undefined ? {} : { websiteUrl }),
  }
}

function readClosure(text: string, manifest: Write['manifest']): Uint8Array {
  const source = manifest?.document.source
  const named = source !== undefined && 'package' in source ? source.package.closure : undefined
  const bytes = Buffer.from(text)
  if (named === undefined || sha256(bytes) !== named)
    throw new LockError('SUBMISSION_INVALID', 'the closure is not the one that the manifest names')
  return bytes
}
