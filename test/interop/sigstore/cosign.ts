/** cosign as a user calls it, with a home folder of its own, so that it finds no roots or keys but those it is given. */
import { LOCK_PREDICATE } from '../../../core/signing/statement.ts'
import { type Outcome, run, runIsolated } from './isolation.ts'

export class Cosign {
  readonly #program: string
  readonly #options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }

  constructor(program: string, home: string) {
    this.#program = program
    this.#options = { cwd: home, env: { HOME: home, PATH: process.env['PATH'], COSIGN_PASSWORD: '' } }
  }

  /** With the network, as what asks services needs it. */
  run(...argv: readonly string[]): Promise<Outcome> {
    return run(this.#program, argv, this.#options)
  }

  /** Needs none. */
  runIsolated(...argv: readonly string[]): Promise<Outcome> {
    return runIsolated(this.#program, argv, this.#options)
  }

  /** Whether the signer signed the lock. */
  verify(signer: readonly string[], files: { readonly bundle: string; readonly root: string; readonly lock: string }): Promise<Outcome> {
    const { bundle, root, lock } = files
    const argv = ['--type', LOCK_PREDICATE, '--bundle', bundle, '--trusted-root', root, ...signer, lock]
    return this.runIsolated('verify-blob-attestation', ...argv)
  }
}
