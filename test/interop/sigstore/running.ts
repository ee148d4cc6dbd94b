/** Programs that run until the tests end: started, waited for, and ended whatever happens. */
import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const READY_WITHIN = 30_000
const END_WITHIN = 5_000
const POLL = 50

export class Running {
  readonly #name: string
  readonly #log: string
  readonly #child: ChildProcess
  readonly #gone: Promise<void>
  #ended: string | null = null

  /** Starts a program in a folder, which is its home too. Its output goes to a file there, and is told where it fails. */
  constructor(program: string, argv: readonly string[], { name, folder }: { readonly name: string; readonly folder: string }) {
    this.#name = name
    this.#log = join(folder, `${name}.log`)
    const output = openSync(this.#log, 'a')
    this.#child = spawn(program, argv, { cwd: folder, env: { HOME: folder }, stdio: ['ignore', output, output] })
    closeSync(output)
    this.#gone = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#ended = how
        resolve()
      }
      this.#child.once('exit', (status, signal) => end(`with ${status ?? signal}`))
      this.#child.once('error', ({ message }) => end(`before it began: ${message}`))
    })
    // An interrupted run has no time to wait for anyone.
    process.once('exit', this.#kill)
  }

  /** Until the address answers. */
  async ready(url: string): Promise<void> {
    for (const late = Date.now() + READY_WITHIN; Date.now() < late; await wait(POLL)) {
      if (this.#ended !== null) throw this.#failure(`ended ${this.#ended}`)
      if (await answers(url)) return
    }
    throw this.#failure(`does not answer at ${url}`)
  }

  #failure(how: string): Error {
    return new Error(`${this.#name} ${how}\n${readFileSync(this.#log, 'utf8').slice(-2_000)}`)
  }

  async end(): Promise<void> {
    this.#child.kill('SIGTERM')
    const late = setTimeout(this.#kill, END_WITHIN)
    await this.#gone
    clearTimeout(late)
    process.off('exit', this.#kill)
  }

  readonly #kill = (): void => void this.#child.kill('SIGKILL')
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
