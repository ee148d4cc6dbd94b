/** Writes the documents that are made from the code: `node docs/generate.ts`. A test holds them to it. */
import { writeFileSync } from 'node:fs'
import { CODE_NAMES, CODES } from '../core/codes.ts'

/** docs/ERRORS.md: every code with its words. */
export function errorsDocument(): string {
  const entries = CODE_NAMES.map((name) => {
    const { kind, exit, severity, title, why, next } = CODES[name]
    return `## ${name}\n\n${title} (${kind}, exit ${exit}, severity ${severity})\n\n${why}\n\nNext: ${next}\n`
  })
  return `# Codes\n\nWritten by \`node docs/generate.ts\` from core/codes.ts. \`mcp-lock explain CODE\` says the same.\nThe worst exit status of a report wins: 130 > 4 > 2 > 1 > 3 > 0.\n\n${entries.join('\n')}`
}

if (import.meta.main) writeFileSync(new URL('ERRORS.md', import.meta.url), errorsDocument())
