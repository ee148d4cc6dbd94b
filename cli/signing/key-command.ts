/** A signer whose key is elsewhere: a command signs what is on its standard input. */
import { createPublicKey, verify } from 'node:crypto'
import { LockError } from '../../core/codes/errors.ts'
import { parsePublicKey } from '../../core/identity/keys.ts'
import { displaySafe } from '../../core/text.ts'
import { runProgram } from '../world/run-program.ts'
import type { World } from '../world/world.ts'
import type { Signer } from './content.ts'

const MAX_OUTPUT = 4 * 1024

/**
 * @param timeout milliseconds
 * @throws LockError `KEY_INVALID`, where the PEM is not a public key of ours; `sign` throws `KEY_COMMAND_FAILED`, `INTERRUPTED`
 */
export function commandSigner(command: string, publicPem: string, timeout: number, { cwd, env, signal }: World): Signer {
  const key = parsePublicKey(publicPem)
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))
  return {
    verifier: { kind: 'key', key },
    sign: async (bytes) => {
      const program = { program: command, args: [], shell: true, folder: cwd, env: given, input: bytes } as const
      const outcome = await runProgram(program, { timeout, maxOutput: MAX_OUTPUT, signal })
      switch (outcome.kind) {
        case 'too much output':
          throw failed(`it wrote more than ${MAX_OUTPUT} bytes`)
        case 'too long':
          throw failed(`it took longer than ${timeout / 1_000} seconds`)
        case 'not started':
          throw failed('there is no shell to run it')
        case 'ended':
          if (outcome.code !== 0) throw failed(`exit status ${outcome.code ?? 'unknown'}${lastLine(outcome.stderr)}`)
      }
      const signature = decode(outcome.stdout.toString('latin1').trim())
      const spki = createPublicKey({ key: key.spki, format: 'der', type: 'spki' })
      if (!verify(key.type === 'ed25519' ? null : 'sha256', bytes, spki, signature))
        throw failed(`what it wrote is not a signature by the key of \`--key\`, ${key.digest}`)
      return signature
    },
  }
}

/** Base64 in one line or several. */
function decode(text: string): Buffer {
  const joined = text.replaceAll(/\r?\n/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(joined)) throw failed('expected base64 on its standard output')
  return Buffer.from(joined, 'base64')
}

function lastLine(stderr: string): string {
  const line = stderr.trim().split('\n').at(-1) ?? ''
  return line === '' ? '' : `: ${displaySafe(line, 200)}`
}

function failed(message: string): LockError {
  return new LockError('KEY_COMMAND_FAILED', message)
}
