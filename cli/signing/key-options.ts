/** The signer that `--key` and `--key-command` name. */
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { lookUp } from '../world/environment.ts'
import { readNamedFile } from '../world/files.ts'
import type { World } from '../world/world.ts'
import type { Signer } from './content.ts'

const MAX_KEY = 64 * 1024
const PASSPHRASE = 'MCP_LOCK_KEY_PASSPHRASE'

/** With milliseconds that it may take. */
type KeyCommand = { readonly words: string; readonly timeout: number }

/**
 * @param words a file, or `ENV:NAME`; with a command the public key, else the private one
 * @throws LockError `KEY_INVALID`, `KEY_LOCKED`, `FILE_UNREADABLE`, `INTERRUPTED`
 */
export async function signerOfKey(words: string, command: KeyCommand | null, world: World): Promise<Signer> {
  const pem = await readKey(words, command === null, world)
  if (command !== null) return (await import('./key-command.ts')).commandSigner(command.words, pem, command.timeout, world)
  const { keySigner } = await import('./private-key.ts')
  return keySigner(pem, async () => {
    const given = lookUp(world.env, PASSPHRASE, world.platform)
    if (given !== undefined) return given
    return world.terminal === null ? null : world.terminal.askHidden(`  passphrase of ${displaySafe(words, 200)}: `)
  })
}

/** The variable that `ENV:NAME` names; null for a file. */
export function variableOf(words: string): string | null {
  return /^ENV:(.*)$/s.exec(words)?.[1] ?? null
}

async function readKey(words: string, isPrivate: boolean, world: World): Promise<string> {
  const variable = variableOf(words)
  if (variable !== null) {
    const value = lookUp(world.env, variable, world.platform)
    if (value === undefined || value === '')
      throw new LockError('KEY_INVALID', `the variable \`${displaySafe(variable, 100)}\` has no value`)
    return value
  }
  const path = resolve(world.cwd, words)
  const text = await readNamedFile('key', words, world.cwd, MAX_KEY)
  if (isPrivate && text.includes('PRIVATE KEY-----') && world.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
    world.stderr(`  ${displaySafe(words, 300)} may be read by others than you: chmod 600 ${displaySafe(words, 300)}\n`)
  return text
}
