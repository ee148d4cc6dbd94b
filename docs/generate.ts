/** Writes the files that are made from the code: `node docs/generate.ts`. Tests hold them to it. */
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { CODE_NAMES, CODES } from '../core/codes/codes.ts'
import { policySchema } from '../core/policy/policy-file.ts'
import { wordExit } from '../core/compare/wording.ts'
import { clientsDocument } from './clients-document.ts'
import { registryDocument } from './registry-document.ts'

/** docs/ERRORS.md: every code with its words. */
export function errorsDocument(): string {
  const entries = CODE_NAMES.map((name) => {
    const { kind, severity, title, why, next } = CODES[name]
    return `## ${name}\n\n${title} (${kind}, exit ${wordExit(name)}, severity ${severity})\n\n${why}\n\nNext: ${next}\n`
  })
  return `# Codes\n\nWritten by \`node docs/generate.ts\` from core/codes/. \`mcp-lock explain CODE\` says the same.\nThe worst exit status of a report wins: 130 > 4 > 2 > 1 > 3 > 0.\n\n${entries.join('\n')}`
}

/** schemas/mcp-lock.schema.json: what `mcp-lock.yaml` may hold, for editors. */
export function policyDocument(): string {
  const { $schema, ...shape } = z.toJSONSchema(policySchema, { io: 'input' })
  const head = {
    $schema,
    $id: 'urn:mcp-lock:schema:mcp-lock.yaml:v1',
    title: 'mcp-lock.yaml',
    description: 'The policy of mcp-lock (docs/POLICY.md). Written by `node docs/generate.ts` from core/policy/policy-file.ts.',
  }
  return `${JSON.stringify({ ...head, ...shape }, null, 2)}\n`
}

if (import.meta.main) {
  writeFileSync(new URL('CLIENTS.md', import.meta.url), clientsDocument())
  writeFileSync(new URL('ERRORS.md', import.meta.url), errorsDocument())
  writeFileSync(new URL('../schemas/mcp-lock.schema.json', import.meta.url), policyDocument())
  writeFileSync(new URL('../schemas/registry.openapi.json', import.meta.url), registryDocument())
}
