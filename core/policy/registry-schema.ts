/** The members of a policy about registries. Those about who may do what stand in the registry's own policy too. */
import { z } from 'zod'
import { LockError } from '../codes/errors.ts'
import { parsePublicKey, publicKeyOf } from '../identity/keys.ts'
import { ISSUER } from '../identity/signer.ts'
import { parseVerifier } from '../log/note.ts'
import { REGISTRY_URL, UNREACHABLE } from './registry-policy.ts'
import { signerSchema } from './trust-schema.ts'

const signers = z.array(signerSchema).min(1).max(32)
const NAMES = /^[a-zA-Z0-9][a-zA-Z0-9.-]*\/(?:\*|[a-zA-Z0-9][a-zA-Z0-9._-]*)$/
const people = z
  .array(z.strictObject({ person: z.string().regex(/^[\w.@+-]{1,100}$/, 'expected the name of a person'), identities: signers }))
  .max(256)
  .refine((list) => new Set(list.map(({ person }) => person)).size === list.length, 'expected each person once')
  .default([])

/** Who may publish, approve and administer. @public */
export const rulesSchema = {
  publishers: z
    .array(
      z.strictObject({
        names: z.string().max(200).regex(NAMES, 'expected a name, or all of a namespace: com.acme/*'),
        role: z.enum(['author', 'observer']),
        signers,
      }),
    )
    .max(256)
    .default([])
    .describe('who publishes which names, as their author or as an observer'),
  approvers: people.describe('whose approvals count: people, each with all identities that they sign with'),
  admins: people.describe('who revokes, pauses, resumes and transfers what is not theirs'),
  approvals: z.number().int().min(0).max(32).default(1).describe('how many people must approve a manifest'),
  github: z
    .union(
      [
        z.literal('off'),
        z.strictObject({
          issuer: z.string().regex(ISSUER, 'expected the URL of an issuer').optional(),
          triggers: z.array(z.string().min(1).max(100)).min(1).optional(),
          refs: z
            .array(z.string().regex(/^refs\/[^\s*]+(?:\/\*)?$/, 'expected refs: refs/heads/main, refs/tags/*'))
            .min(1)
            .optional(),
        }),
      ],
      'expected `off`, or `issuer`, `triggers` and `refs`',
    )
    .default({})
    .describe('which workflows of a GitHub owner publish below io.github.OWNER/'),
}

/** As many approvals as there are people to give them. @public */
export function checkRules(
  { approvals, approvers }: { readonly approvals: number; readonly approvers: readonly unknown[] },
  context: z.RefinementCtx,
): void {
  if (approvals > approvers.length)
    context.addIssue({ code: 'custom', path: ['approvals'], message: `expected at least ${approvals} \`approvers\`, or \`approvals: 0\`` })
}

const verifier = (kind: 'ed25519' | 'cosignature') =>
  z.string().superRefine((vkey, context) => {
    const message = messageOf(() => {
      if (parseVerifier(vkey).kind !== kind) throw new LockError('KEY_INVALID', `expected a key of kind \`${kind}\``)
    })
    if (message !== null) context.addIssue({ code: 'custom', message })
  })

const statusKey = z.string().superRefine((pem, context) => {
  const message = messageOf(() => {
    if (parsePublicKey(pem).type !== 'ed25519') throw new LockError('KEY_INVALID', 'expected an Ed25519 key')
  })
  if (message !== null) context.addIssue({ code: 'custom', message })
})

function messageOf(check: () => void): string | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof LockError) return error.message
    throw error
  }
}

export const registrySchema = z
  .strictObject({
    url: z
      .string()
      .regex(
        REGISTRY_URL,
        'expected the address of a registry: https://registry.acme.example, or for one on this machine only http://127.0.0.1:8080',
      ),
    log: verifier('ed25519').describe('the verifier key of its log, whose name is the origin'),
    status: statusKey.describe('the PEM of the public key of its status, another one than that of the log'),
    witnesses: z
      .strictObject({ keys: z.array(verifier('cosignature')).min(1).max(16), threshold: z.number().int().min(1) })
      .refine(({ keys, threshold }) => threshold <= new Set(keys).size, 'expected a `threshold` that the keys can reach')
      .optional()
      .describe('who must have seen the same head of the log'),
    ...rulesSchema,
    unreachable: z
      .string()
      .regex(UNREACHABLE, 'expected `fail`, or `use-last` and an age: `use-last 24 hours`')
      .default('fail')
      .describe('what to do where the registry cannot be reached'),
  })
  .superRefine(checkRules)
  .superRefine(({ log, status }, context) => {
    if (isSameKey(log, status)) context.addIssue({ code: 'custom', path: ['status'], message: 'expected another key than that of the log' })
  })

function isSameKey(log: string, status: string): boolean {
  try {
    return publicKeyOf(parseVerifier(log).key).digest === parsePublicKey(status).digest
  } catch (error) {
    // Said where the key stands.
    if (error instanceof LockError) return false
    throw error
  }
}
