/** YAML configs as values: version 1.2, one document, a bounded number of aliases. */
import { LineCounter } from 'yaml'
import { LockError } from '../../../core/codes/errors.ts'
import type { Json } from '../../../core/json/json.ts'
import { parseYamlDocument } from '../../../core/json/yaml-document.ts'
import { displaySafe } from '../../../core/text.ts'
import { storePlain } from './store-plain.ts'

const MAX_ALIASES = 100

/** @throws LockError `CONFIG_INVALID`, with file, line and column where there is one */
export function parseYaml(text: string, file: string): Json {
  const lines = new LineCounter()
  try {
    const document = parseYamlDocument(text, { version: '1.2', merge: false, lineCounter: lines })
    const [error] = document.errors
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0])
      throw new LockError('CONFIG_INVALID', `${displaySafe(file)}:${line}:${col}: malformed YAML: ${lowerFirst(error.message)}`)
    }
    return storePlain(document.toJS({ maxAliasCount: MAX_ALIASES }), file)
  } catch (cause) {
    if (cause instanceof LockError) throw cause
    // Too many aliases, one to nowhere, or nested too deep for the parser.
    const message = cause instanceof ReferenceError ? `: ${lowerFirst(cause.message)}` : ''
    throw new LockError('CONFIG_INVALID', `${displaySafe(file)}: malformed YAML${message}`, { cause })
  }
}

function lowerFirst(text: string): string {
  return displaySafe(text.slice(0, 1).toLowerCase() + text.slice(1), 200)
}
