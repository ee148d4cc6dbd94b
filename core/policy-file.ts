/** Reading `mcp-lock.yaml`: every error names line and column. */
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { LockError } from './errors.ts'
import { NO_POLICY, type Policy } from './policy.ts'
import { VOLATILE_TYPES } from './volatile.ts'

const count = z.number().int().positive()

const volatileRule = z.strictObject({
  pointer: z.string().regex(/^(?:\/(?:[^~/]|~[01])*)+$/).describe('JSON pointer from the surface on, in received keys: /tools/NAME/inputSchema/properties/from/default'),
  type: z.enum(VOLATILE_TYPES),
  prefix: z.string().optional().describe('the text that stands before the value'),
  suffix: z.string().optional().describe('the text that stands behind it'),
  min: z.number().int().optional(),
  max: z.number().int().optional(),
})

const serverPolicy = z.strictObject({
  floating: z.enum(['allow', 'deny']).default('deny').describe('whether a config may name no exact version'),
  scripts: z.enum(['allow', 'deny']).default('deny').describe('whether install scripts of the package and its closure run'),
  resources: z.enum(['pin', 'templates', 'off']).default('pin').describe('whether resources are listed'),
  volatile: z.array(volatileRule).default([]).describe('values that differ from one answer to the next'),
  limits: z
    .strictObject({ message: count.optional(), total: count.optional(), items: count.optional(), pages: count.optional() })
    .default({})
    .describe('bytes of a message and of a session, entries and pages of a list'),
})

export const policySchema = z.strictObject({ servers: z.record(z.string(), serverPolicy).default({}) })

/** @throws LockError `POLICY_INVALID` */
export function parsePolicy(text: string): Policy {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset)
    return `line ${line}, column ${col}`
  }
  const broken = document.errors[0]
  if (broken !== undefined) throw new LockError('POLICY_INVALID', `${place(broken.pos[0])}: ${broken.message.split('\n')[0] ?? ''}`)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch (cause) {
    throw new LockError('POLICY_INVALID', 'too many aliases', { cause })
  }
  const result = policySchema.safeParse(value)
  if (result.success) return JSON.parse(JSON.stringify(result.data)) as Policy
  const issue = result.error.issues[0]
  if (issue === undefined) return NO_POLICY
  throw new LockError('POLICY_INVALID', `${place(offsetOf(document, issue.path))}: ${issue.path.join('.')}: ${issue.message.toLowerCase()}`)
}

/** The offset of the deepest node on the path, for an issue may lie in something that is not there. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}
