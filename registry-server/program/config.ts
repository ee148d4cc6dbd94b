/** `registry.yaml`: how a registry is served, and who may do what in it. */
import { z } from 'zod'
import { parseVerifier } from '../../core/log/note.ts'
import { LockError } from '../../core/codes/errors.ts'
import { readYaml } from '../../core/policy/read-yaml.ts'
import { isNetwork } from '../networks.ts'
import { WEBHOOK_EVENTS } from '../webhooks/target.ts'
import { checkRules, rulesSchema } from '../../core/policy/registry-schema.ts'

const file = z.string().min(1).max(1000)
const secret = z
  .union(
    [
      z.strictObject({ file: file.describe('from the folder of this file on') }),
      z.strictObject({ variable: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable') }),
    ],
    'expected `file` or `variable`',
  )
  .describe('never the secret itself')
export type Secret = z.infer<typeof secret>

const count = z.int().min(1)
const rate = z.strictObject({
  perSecond: z.number().positive().max(1e6),
  burst: count.max(1e6).describe('how many at once'),
})
const threshold = z.int().min(0).max(2)

const address = z.string().refine(isNetwork, 'expected an address or a network: 10.0.0.0/8')

const witness = z.strictObject({
  url: z.string().regex(/^https?:\/\/[^\s?#@]+$/, 'expected the address before `/add-checkpoint`'),
  key: z.string().superRefine((key, context) => {
    const message = wrongWitness(key)
    if (message !== null) context.addIssue({ code: 'custom', message })
  }),
})

/** Where to listen, and the name of a log: what `init` takes too. */
export const listenAt = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):\d{1,5}$/, 'expected a host and a port: 127.0.0.1:8080')
  .refine((text) => portOf(text) <= 65_535, 'expected a port of at most 65535')
export const originName = z.string().regex(/^[^\s+]{1,256}$/, 'expected a name without spaces and plus signs: registry.acme.example/log')

export function portOf(listen: string): number {
  return Number(listen.slice(listen.lastIndexOf(':') + 1))
}

const configSchema = z
  .strictObject({
    listen: listenAt.default('127.0.0.1:8080').describe('where to listen; port 0 for any that is free'),
    url: z
      .string()
      .regex(/^https?:\/\/[^\s?#@]*[^\s?#@/]$/, 'expected an address without a slash at its end: https://registry.acme.example')
      .optional()
      .describe('how clients reach it'),
    store: z
      .union([z.strictObject({ sqlite: file }), z.strictObject({ postgres: secret })], 'expected `sqlite` or `postgres`')
      .describe('a file, or the URL of a PostgreSQL database'),
    log: z.strictObject({
      origin: originName.describe('its name, for good'),
      key: secret.describe('the PEM of an Ed25519 private key'),
    }),
    status: z.strictObject({ key: secret.describe('the PEM of another Ed25519 private key') }),
    ...rulesSchema,
    sigstore: z
      .strictObject({
        trustedRoot: file.optional().describe('a trusted_root.json; the public good instance without'),
        thresholds: z.strictObject({ log: threshold.optional(), timestamp: threshold.optional(), ctlog: threshold.optional() }).default({}),
      })
      .default({ thresholds: {} })
      .describe('whose certificates are believed'),
    witnesses: z.array(witness).max(16).default([]).describe('who cosigns each head of the log (C2SP tlog-witness)'),
    webhooks: z
      .array(
        z.strictObject({
          url: z.string().max(2000),
          secret: secret.describe('`whsec_` and base64 of 24 to 64 bytes'),
          events: z
            .array(z.enum(WEBHOOK_EVENTS))
            .min(1)
            .default([...WEBHOOK_EVENTS]),
          allowPrivate: z.boolean().default(false).describe('whether it may be in the network of the registry'),
        }),
      )
      .max(16)
      .default([])
      .describe('who is told what happens (Standard Webhooks)'),
    limits: z
      .strictObject({
        connections: count.default(10_000),
        headersSeconds: count.default(10).describe('until all headers of a request are there'),
        requestSeconds: count.default(60).describe('until its body is there'),
        idleSeconds: count.default(30).describe('that a connection may wait for the next request'),
        stopSeconds: count.default(30).describe('that requests have to end when the registry stops'),
        streams: count.default(5_000).describe('of the status, at a time'),
        verifyThreads: count.max(64).default(2),
        verifyQueue: z.int().min(0).max(10_000).default(200).describe('bundles that wait to be verified'),
        openPerAddress: count.default(1_000).describe('requests of one address at a time, streams among them'),
        reads: rate.default({ perSecond: 200, burst: 1_000 }).describe('of one address'),
        writes: rate.default({ perSecond: 20, burst: 500 }).describe('of one address'),
      })
      .prefault({}),
    tls: z.strictObject({ cert: file, key: secret }).optional().describe('PEM files; without, HTTP: behind a proxy'),
    trustedProxies: z.array(address).max(64).default([]).describe('whose `X-Forwarded-For` is believed'),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .superRefine(checkRules)

/** Members that are there have a value. */
type Defined<T> = T extends object ? { readonly [K in keyof T]: Defined<Exclude<T[K], undefined>> } : T

export type Config = Defined<z.infer<typeof configSchema>>

/** @throws LockError `REGISTRY_CONFIG_INVALID`, with line and column */
export function parseConfig(text: string): Config {
  return JSON.parse(JSON.stringify(readYaml(text, configSchema, 'REGISTRY_CONFIG_INVALID'))) as Config // without members that are undefined
}

function wrongWitness(key: string): string | null {
  try {
    return parseVerifier(key).kind === 'cosignature' ? null : 'expected the key of a witness, of kind `cosignature`'
  } catch (error) {
    if (error instanceof LockError) return error.message
    throw error
  }
}
