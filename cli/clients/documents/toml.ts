/** TOML configs as values. */
import { parse, TomlError } from 'smol-toml'
import { LockError } from '../../../core/codes/errors.ts'
import { MAX_DEPTH, type Json } from '../../../core/json/json.ts'
import { displaySafe } from '../../../core/text.ts'
import { storePlain } from './store-plain.ts'

/** @throws LockError `CONFIG_INVALID`, with file, line and column */
export function parseToml(text: string, file: string): Json {
  try {
    return storePlain(parse(text, { integersAsBigInt: 'asNeeded', unsafeKeyBehaviour: 'throw', maxDepth: MAX_DEPTH }), file)
  } catch (cause) {
    if (cause instanceof LockError) throw cause
    if (!(cause instanceof TomlError)) throw new LockError('CONFIG_INVALID', `${displaySafe(file)}: malformed TOML`, { cause })
    const [message = ''] = cause.message.replace('Invalid TOML document: ', '').split('\n')
    throw new LockError('CONFIG_INVALID', `${displaySafe(file)}:${cause.line}:${cause.column}: malformed TOML: ${message}`, { cause })
  }
}
