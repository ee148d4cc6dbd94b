/** Renaming a server in `mcp-lock.yaml`: its key changes, every other byte stays. */
import { isMap, isScalar, parse, parseDocument } from 'yaml'
import { canonicalize } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import { own } from '../json/json.ts'
import { parsePolicy } from './policy-file.ts'
import type { Policy } from './policy.ts'

/**
 * The text with a server's section under its new name; the same text where it has none.
 * @throws LockError `POLICY_INVALID`; `USAGE`, where the new name has a section already or the key cannot be replaced
 */
export function renameInPolicy(text: string, before: string, after: string): string {
  const policy = parsePolicy(text)
  const section = own(policy.servers, before)
  if (section === undefined) return text
  if (own(policy.servers, after) !== undefined)
    throw new LockError('USAGE', `mcp-lock.yaml has a section for \`${after}\` already; remove it, or that of \`${before}\``)
  const { [before]: _, ...others } = policy.servers
  const edited = withKey(text, before, after)
  if (edited === null || !isSame(parsePolicy(edited), { ...policy, servers: { ...others, [after]: section } }))
    throw new LockError('USAGE', `\`${before}\` is no plain key under \`servers\` in mcp-lock.yaml; rename it there first`)
  return edited
}

function withKey(text: string, before: string, after: string): string | null {
  const servers = parseDocument(text).get('servers', true)
  const pair = isMap(servers) ? servers.items.find(({ key }) => isScalar(key) && String(key.value) === before) : undefined
  const range = isScalar(pair?.key) ? pair.key.range : undefined
  if (range === undefined || range === null) return null
  return text.slice(0, range[0]) + keyOf(after) + text.slice(range[1])
}

/** Quoted wherever YAML might read something else. */
function keyOf(name: string): string {
  return /^[A-Za-z][\w-]*$/.test(name) && parse(name) === name ? name : JSON.stringify(name)
}

function isSame(one: Policy, other: Policy): boolean {
  return canonicalize(one) === canonicalize(other)
}
