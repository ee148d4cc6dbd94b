/** cosign as a user calls it, with a home folder of its own, so that it finds no roots or keys but those it is given. */
import { type Outcome, run, runIsolated } from './isolation.ts'

export class Cosign {
  readonly #program: string
  readonly #options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }

  constructor(program: string, home: string) {
    this.#program = program
    this.#options = { cwd: home, env: { HOME: home, PATH: process.env['PATH'], COSIGN_PASSWORD: '' } }
  }

  /** Asks services, so it has the network. */
  run(...argv: readonly string[]): Promise<Outcome> {
    return run(this.#program, argv, this.#options)
  }

  /** `verify-blob-attestation` without a network. */
  verify(signer: readonly string[], files: { readonly bundle: string; readonly root: string; readonly lock: string }): Promise<Outcome> {
    const { bundle, root, lock } = files
    const argv = ['verify-blob-attestation', '--type', 'urn:mcp-lock:lock:v1', '--bundle', bundle, '--trusted-root', root, ...signer, lock]
    return runIsolated(this.#program, argv, this.#options)
  }
}
