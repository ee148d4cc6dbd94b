/** Reading `mcp-lock.yaml`: every error names line and column. */
import { isMap, isNode, isScalar, LineCounter, visit, type Alias, type Document } from 'yaml'
import { z } from 'zod'
import { LockError } from '../codes/errors.ts'
import { parsePointer } from '../json/pointer.ts'
import { parseYamlDocument } from '../json/yaml-document.ts'
import { REGISTERED } from './forms.ts'
import { meantIssue } from './meant-issue.ts'
import type { Policy } from './policy.ts'
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
  const lines = new LineCounter()
  const document = parseYamlDocument(text, { lineCounter: lines })
  const refuse = (offset: number, ...words: string[]): never => {
    const { line, col } = lines.linePos(offset)
    throw new LockError('POLICY_INVALID', [`line ${line}, column ${col}`, ...words.filter((word) => word !== '')].join(': '))
  }
  for (const { pos, message } of [...document.errors, ...document.warnings]) refuse(pos[0], lowerFirst(message.split('\n')[0] ?? ''))
  checkKeys(document, refuse)
  const value = valueOf(document, refuse) ?? {}
  const result = policySchema.safeParse(value)
  if (result.success) return JSON.parse(JSON.stringify(result.data)) as Policy
  const [first] = result.error.issues
  const issue = first === undefined ? undefined : meantIssue(first, value)
  return refuse(offsetOf(document, issue), issue?.path.join('.') ?? '', lowerFirst(issue?.message ?? ''))
}

type Refuse = (offset: number, message: string) => never

/** Keys that are no names, which the parser would make into some. */
function checkKeys(document: Document, refuse: Refuse): void {
  visit(document, {
    Pair: (_, { key }) => {
      const isName = isScalar(key) && key.value !== null && key.value !== '__proto__'
      if (!isName) refuse(isNode(key) ? (key.range?.[0] ?? 0) : 0, 'expected a name as a key')
    },
  })
}

/** The value with its aliases resolved, of which a few lines can hold a great many. */
function valueOf(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch {
    const found: Alias[] = []
    visit(document, { Alias: (_, alias) => void found.push(alias) })
    const unknown = found.find((alias) => alias.resolve(document) === undefined)
    return refuse((unknown ?? found[0])?.range?.[0] ?? 0, unknown === undefined ? 'too many aliases' : 'an alias of nothing')
  }
}

/** The offset of the unknown key, else of the deepest node on the path, for an issue may lie in something that is not there. */
function offsetOf(document: Document, issue: z.core.$ZodIssue | undefined): number {
  const path = issue?.path ?? []
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const map = document.getIn(path, true)
  const key = isMap(map) ? map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === unknown)?.key : undefined
  if (isNode(key) && key.range) return key.range[0]
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
