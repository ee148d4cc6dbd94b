/** What a TUF client downloads: through the user's network, bounded in bytes and time. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fetcher } from 'tuf-js'
import { DownloadHTTPError } from 'tuf-js/dist/error.js'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { readBody } from '../network/body.ts'
import { reaching } from '../network/failure.ts'
import type { Network } from '../network/network.ts'

export type Limits = {
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  /** Milliseconds that one file may take. */
  readonly timeout: number
}

/** The client words some of its failures anew, and a caller wants them as they were. */
export class Downloads implements Fetcher {
  /** What stopped a download, if anything did. */
  failure: LockError | null = null
  /** The files of the repository by their names. */
  readonly files = new Map<string, Buffer>()
  readonly #network: Network
  readonly #folder: string
  readonly #limits: Limits

  /** @param folder for files that are on their way */
  constructor(network: Network, folder: string, limits: Limits) {
    this.#network = network
    this.#folder = folder
    this.#limits = limits
  }

  async downloadFile<T>(url: string, maxLength: number, handler: (file: string) => Promise<T>): Promise<T> {
    const file = join(this.#folder, 'download')
    await writeFile(file, await this.downloadBytes(url, maxLength))
    return handler(file)
  }

  async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const address = new URL(url)
    try {
      const bytes = await this.#get(address, maxLength)
      this.files.set(address.pathname.split('/').at(-1) ?? '', bytes)
      return bytes
    } catch (error) {
      if (error instanceof LockError) this.failure = error
      throw error
    }
  }

  async #get(url: URL, maxLength: number): Promise<Buffer> {
    const { signal: interrupted, timeout } = this.#limits
    const deadline = AbortSignal.timeout(timeout)
    const signal = AbortSignal.any([interrupted, deadline])
    const shown = `\`${displaySafe(url.host + url.pathname, 300)}\``
    // The metadata before it says how long it is.
    const tooLarge = (limit: number): LockError => new LockError('TUF_INVALID', `${shown} has more than ${limit} bytes`)
    try {
      const response = await this.#network.request(url, {}, signal, performance.now() + timeout)
      if (response.status === 200) return await reaching(url, signal, () => readBody(response, maxLength, tooLarge))
      await response.body?.cancel()
      // The chain of roots ends where the next one is not there (TUF §5.3.3).
      if (/\/\d+\.root\.json$/.test(url.pathname) && [403, 404].includes(response.status))
        throw new DownloadHTTPError(`${shown} is not there`, response.status)
      throw new LockError('SERVER_UNREACHABLE', `${shown} answered ${response.status}`)
    } catch (cause) {
      if (interrupted.aborted) throw new LockError('INTERRUPTED', 'stopped while a repository of trusted roots was asked', { cause })
      if (deadline.aborted) throw new LockError('SERVER_TIMEOUT', `${shown} took longer than ${timeout / 1_000} seconds`, { cause })
      throw cause
    }
  }
}
