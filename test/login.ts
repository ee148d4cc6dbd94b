/** A world in which somebody logs in, and what was said there. */
import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import type { TestContext } from 'node:test'
import { inspect } from 'node:util'
import { LockError } from '../core/codes/errors.ts'
import type { Code } from '../core/codes/codes.ts'
import { identityToken, type LoginOptions } from '../cli/login/token-source.ts'
import type { IdentityToken } from '../cli/login/identity-token.ts'
import type { World } from '../cli/world/world.ts'
import { startSigstore, type Sigstore, type SigstoreOptions } from './sigstore/sigstore.ts'

export type Settings = {
  readonly cwd?: string
  readonly env?: { readonly [name: string]: string }
  readonly platform?: NodeJS.Platform
  readonly now?: () => number
  /** Whether somebody sits there, and what they answer. */
  readonly answers?: readonly string[]
  readonly signal?: AbortSignal
  /** Sees every line as it is said. */
  readonly onSaid?: (text: string) => void
}

export type Outcome = { readonly token: IdentityToken | null; readonly error: LockError | null; readonly said: string }

export function worldOf(settings: Settings, say: (text: string) => void): World {
  const answers = [...(settings.answers ?? [])]
  const ask = (question: string): Promise<string> => {
    say(question)
    return Promise.resolve(answers.shift() ?? '')
  }
  return {
    cwd: settings.cwd ?? '/',
    env: { PATH: dirname(process.execPath), ...settings.env },
    platform: settings.platform ?? process.platform,
    now: settings.now ?? Date.now,
    stdout: () => assert.fail('a login writes no data'),
    stderr: say,
    terminal: settings.answers === undefined ? null : { ask, askHidden: ask, columns: 120 },
    color: false,
    signal: settings.signal ?? new AbortController().signal,
    handOver: () => assert.fail('a login hands nothing over'),
  }
}

/** What identityToken gives, or throws. Nothing of it may hold a secret; those of a provider may grow meanwhile. */
export async function login(options: Partial<LoginOptions>, settings: Settings, secrets: readonly string[] = []): Promise<Outcome> {
  let said = ''
  const say = (text: string): void => {
    said += text
    settings.onSaid?.(text)
  }
  const world = worldOf(settings, say)
  const wishes = { tokenFile: null, issuer: 'https://issuer.test', clientId: 'sigstore', ...options }
  const outcome = await identityToken(wishes, world).then(
    (token): Outcome => ({ token, error: null, said }),
    (error: unknown): Outcome => {
      if (!(error instanceof LockError)) throw error
      return { token: null, error, said }
    },
  )
  const shown = said + inspect(outcome, { depth: null, showHidden: true }) + JSON.stringify(outcome)
  const kept = outcome.token === null ? [] : [outcome.token.raw]
  for (const secret of [...secrets, ...kept].flatMap((secret) => [secret, secret.split('.')[2] ?? secret]))
    assert.ok(secret === '' || !shown.includes(secret), `a secret was shown: ${shown}`)
  return outcome
}

export function failed({ error }: Outcome, code: Code, ...words: readonly RegExp[]): void {
  assert.equal(error?.code, code, inspect(error))
  for (const word of words) assert.match(error.message, word)
}

/** A Sigstore that goes when the test ends. */
export async function sigstoreFor(t: Pick<TestContext, 'after'>, options: SigstoreOptions = {}): Promise<Sigstore> {
  const sigstore = await startSigstore(options)
  t.after(() => sigstore[Symbol.asyncDispose]())
  return sigstore
}
