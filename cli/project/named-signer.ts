/** A signer that the command line names: `verify --signer`, `trust add`, `revoke --signer`. */
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { parseSigner } from '../../core/identity/parse-signer.ts'
import type { Signer } from '../../core/identity/signer.ts'
import { displaySafe } from '../../core/text.ts'
import { readTextFile } from '../world/files.ts'

const MAX_KEY = 64 * 1024

/** @throws LockError `USAGE`, `KEY_INVALID`, `FILE_UNREADABLE` */
export function namedSigner(words: string, issuer: string | null, cwd: string): Promise<Signer> {
  return parseSigner(words, issuer, async (path) => {
    const text = await readTextFile(resolve(cwd, path), MAX_KEY)
    if (text === null)
      throw new LockError(
        'FILE_UNREADABLE',
        `there is no file \`${displaySafe(path, 300)}\`; \`mcp-lock trust add --help\` says how else signers are named`,
      )
    return text
  })
}
