/** The members of the policy that say who is trusted. */
import { z } from 'zod'
import { LockError } from '../codes/errors.ts'
import { parsePublicKey } from '../identity/keys.ts'
import { REF_PATTERN, SUBJECT_PATTERN } from '../identity/pattern.ts'
import { GITHUB_ISSUER, GITHUB_NAME, ID, ISSUER, ORIGIN, REPOSITORY, WHOLE_REF, WORKFLOW } from '../identity/signer.ts'
import { FILE } from './forms.ts'

const text = z.string().min(1).max(2048)
const id = z.string('expected a number in quotes').regex(ID, 'expected a number in quotes')
const uri = z.string().regex(REPOSITORY, 'expected the address of a repository: https://github.com/acme/tools')
const origin = z.string().regex(ORIGIN, 'expected https:// and a host')
const issuer = z.string().regex(ISSUER, 'expected the URL of an issuer')
const file = text.regex(FILE, 'expected a file in the folder of the policy or below')
const github = z
  .strictObject({
    github: z.string().regex(GITHUB_NAME, 'expected owner/repository'),
    workflow: z.string().regex(WORKFLOW, 'expected .github/workflows/NAME.yml'),
    ref: text.regex(WHOLE_REF, 'expected a whole ref: refs/heads/main').optional(),
    refPattern: z.string().regex(REF_PATTERN, 'expected branches or tags whose name has a beginning: refs/tags/v*').optional(),
    signerWorkflow: text.optional().describe('a reusable workflow that signs in its place, as a URI with its ref'),
    trigger: z.array(text).min(1).optional(),
    runner: z.enum(['github-hosted', 'self-hosted']).optional(),
    environment: text.optional(),
    repositoryId: id.optional(),
    ownerId: id.optional(),
    issuer: issuer.optional(),
    server: origin.optional(),
  })
  .refine(({ ref, refPattern }) => (ref === undefined) !== (refPattern === undefined), 'expected one of `ref` and `refPattern`')

const key = z.string().superRefine((pem, context) => {
  try {
    parsePublicKey(pem)
  } catch (error) {
    if (!(error instanceof LockError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
  }
})

const OF_GITHUB = 'expected `github`, `workflow` and `ref`: a workflow is more than its subject'

function isElsewhere({ issuer: by }: { readonly issuer: string }): boolean {
  return by !== GITHUB_ISSUER
}

export const signerSchema = z.union(
  [
    github,
    z.strictObject({ issuer, subject: text }).refine(isElsewhere, OF_GITHUB),
    z
      .strictObject({
        issuer,
        subjectPattern: z
          .string()
          .regex(
            SUBJECT_PATTERN,
            'expected one workflow, and a pattern of its refs: https://gitlab.com/acme/tools//.gitlab-ci.yml@refs/tags/v*',
          ),
      })
      .refine(isElsewhere, OF_GITHUB),
    z.strictObject({ key }),
  ],
  'expected `github`, `workflow` and `ref`, or `issuer` and `subject`, or `key`',
)

const threshold = z.number().int().min(0).max(2)

export const trustSchema = {
  repository: z
    .union([uri, z.strictObject({ uri, id: id.optional() })], 'expected the address of a repository, or `uri` and `id`')
    .transform((value) => (typeof value === 'string' ? { uri: value } : value))
    .optional()
    .describe('where the lock belongs: signatures are bound to it'),
  signers: z.array(signerSchema).max(32).default([]).describe('who may sign the lock, each alone'),
  sigstore: z
    .strictObject({
      trustedRoot: file.optional().describe('a trusted_root.json, from here; the public good instance without'),
      signingConfig: file.optional().describe('a signing_config.json, from here: where `sign` signs'),
      thresholds: z
        .strictObject({ log: threshold.optional(), timestamp: threshold.optional(), ctlog: threshold.optional() })
        .default({})
        .describe('how many log entries, timestamps and certificate timestamps a signature must have'),
    })
    .default({ thresholds: {} }),
}

/** A signature is good in one repository only, so that must be known. */
export function checkTrust(
  { signers, repository }: { readonly signers: readonly unknown[]; readonly repository?: unknown },
  context: z.RefinementCtx,
): void {
  if (signers.length > 0 && repository === undefined)
    context.addIssue({ code: 'custom', path: ['signers'], message: 'expected `repository` too: where the signed lock belongs' })
}
