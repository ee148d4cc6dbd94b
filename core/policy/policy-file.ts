/** Reading `mcp-lock.yaml`. */
import { z } from 'zod'
import { parsePointer } from '../json/pointer.ts'
import { REGISTERED } from './forms.ts'
import type { Policy } from './policy.ts'
import { readYaml } from './read-yaml.ts'
import { AGE } from '../packages/release-age.ts'
import { registrySchema } from './registry-schema.ts'
import { checkTrust, trustSchema } from './trust-schema.ts'
import { LIST_NAMES, LISTS } from '../surface/surface.ts'
import { VOLATILE_TYPES } from '../surface/volatile.ts'

const count = z.number().int().positive()

const place = {
  pointer: z
    .string()
    .regex(/^(?:\/(?:[^~/]|~[01])*)+$/)
    .describe('JSON pointer from the surface on, in received keys: /tools/NAME/inputSchema/properties/from/default'),
  prefix: z.string().optional().describe('the text that stands before the value'),
  suffix: z.string().optional().describe('the text that stands behind it'),
}
const bound = z.number().int().optional()

const volatileRule = z.discriminatedUnion('type', [
  z.strictObject({ ...place, type: z.enum(VOLATILE_TYPES).exclude(['integer']) }),
  z.strictObject({ ...place, type: z.literal('integer'), min: bound, max: bound }),
])

const serverPolicy = z.strictObject({
  live: z.enum(['always', 'with-credentials', 'never']).default('always').describe('whether verify starts the server'),
  match: z.enum(['exact', 'subset']).default('exact').describe('whether a pinned definition may be absent'),
  floating: z.enum(['allow', 'deny']).default('deny').describe('whether a config may name no exact version'),
  scripts: z.enum(['allow', 'deny']).default('deny').describe('whether install scripts of the package and its closure run'),
  resources: z.enum(['pin', 'templates', 'off']).default('pin').describe('whether resources are listed'),
  registry: z
    .string()
    .regex(REGISTERED, 'expected `required`, `off`, or the name in the registry: com.acme/notes')
    .default('required')
    .describe('whether the server must be in the registry, and under which name'),
  volatile: z.array(volatileRule).superRefine(checkPlaces).default([]).describe('values that differ from one answer to the next'),
  limits: z
    .strictObject({ message: count.optional(), total: count.optional(), items: count.optional(), pages: count.optional() })
    .default({})
    .describe('bytes of a message and of a session, entries and pages of a list'),
})

/** How many keys a pointer to a text or number has at least, by the member of the surface that it leads into. */
const LEAST: { readonly [member: string]: number } = {
  ...Object.fromEntries([...LIST_NAMES, 'skills'].map((list) => [list, 3])),
  capabilities: 2,
  extra: 3,
  instructions: 1,
  serverInfo: 1,
  ui: 4,
}
const KEYS: { readonly [list: string]: string } = {
  ...Object.fromEntries(LIST_NAMES.map((list) => [list, LISTS[list].key])),
  skills: 'uri',
}

/** A rule stands below an entry, not at the entry's key, and at a place of its own (docs/format.md §3.4). */
function checkPlaces(rules: readonly { readonly pointer: string }[], context: z.RefinementCtx): void {
  rules.forEach(({ pointer }, i) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', path: [i, 'pointer'], message })
    const [member = '', , third, ...below] = parsePointer(pointer) ?? []
    const least = Object.hasOwn(LEAST, member) ? LEAST[member] : undefined
    if (least === undefined) refuse('expected a pointer into the surface, such as /tools/NAME/description')
    else if (pointer.split('/').length - 1 < least) refuse('expected a pointer to a text or number below an entry')
    else if (below.length === 0 && third !== undefined && third === KEYS[member])
      refuse(`\`${third}\` names the entry and is never volatile`)
    const other = rules.findIndex((rule, j) => j < i && (isWithin(pointer, rule.pointer) || isWithin(rule.pointer, pointer)))
    if (other >= 0) refuse(`rule ${other + 1} of this list stands at the same place, above or below it`)
  })
}

function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`)
}

const age = z
  .string()
  .regex(AGE, 'expected a whole number and its unit, minutes, hours, days or weeks: `3 days`')
  .describe('how long every release of a closure must have been public before it is taken: 3 days, 72 hours')

export const policySchema = z
  .strictObject({
    ...trustSchema,
    registry: registrySchema.optional().describe('the registry in which servers must be listed and approved'),
    minimumReleaseAge: age.optional(),
    servers: z.record(z.string(), serverPolicy).default({}),
  })
  .superRefine(checkTrust)

/** @throws LockError `POLICY_INVALID`, with line and column */
export function parsePolicy(text: string): Policy {
  return JSON.parse(JSON.stringify(readYaml(text, policySchema, 'POLICY_INVALID'))) as Policy // without members that are undefined
}
