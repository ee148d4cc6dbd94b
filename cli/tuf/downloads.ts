/** What a TUF client downloads: through the user's network, bounded in bytes and time. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fetcher } from 'tuf-js'
import { DownloadHTTPError } from 'tuf-js/dist/error.js'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { exchange, type Bounds } from '../network/exchange.ts'
import type { Network } from '../network/network.ts'

/** Of each file; how long it may be, the metadata before it says. */
export type Limits = Omit<Bounds, 'most'>

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
    } catch (cause) {
      if (!(cause instanceof LockError)) throw cause
      const code = cause.code === 'ANSWER_TOO_LARGE' ? 'TUF_INVALID' : cause.code
      this.failure = new LockError(code, `\`${displaySafe(address.pathname, 300)}\`: ${cause.message}`, { cause })
      throw this.failure
    }
  }

  async #get(url: URL, most: number): Promise<Buffer> {
    const { status, body } = await exchange(url, {}, { ...this.#limits, most }, this.#network)
    if (status === 200) return body
    // The chain of roots ends where the next one is not there (TUF §5.3.3).
    if (/\/\d+\.root\.json$/.test(url.pathname) && [403, 404].includes(status)) throw new DownloadHTTPError('it is not there', status)
    throw new LockError('SERVER_UNREACHABLE', `\`${url.host}\` answered ${status}`)
  }
}
