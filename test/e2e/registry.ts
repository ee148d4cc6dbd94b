/** A package registry on the loopback, with packages that the test makes: packuments and tarballs as npm asks for them. */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

export type Manifest = {
  readonly name: string
  readonly version: string
  readonly bin?: string | { readonly [name: string]: string }
  readonly dependencies?: { readonly [name: string]: string }
  readonly deprecated?: string
  readonly scripts?: { readonly [name: string]: string }
}

type Files = { readonly [path: string]: string }
type Published = {
  readonly manifest: Manifest
  readonly tarball: Buffer
  readonly integrity: string
  /** RFC 3339; null where the registry does not say. */
  readonly time: string | null
}

/** Older than any age that a test asks for. */
const LONG_AGO = '2020-01-01T00:00:00.000Z'

export class Registry {
  readonly #packages = new Map<string, Map<string, Published>>()
  readonly #tags = new Map<string, { readonly [tag: string]: string }>()
  readonly #server: Server
  readonly url: string
  /** How many requests came. */
  requests = 0
  /** The header of its answers. */
  cacheControl = 'no-store'

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  static async start(): Promise<Registry> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const registry = new Registry(server)
    server.on('request', (request, response) => {
      registry.requests++
      const answer = registry.#answer(decodeURIComponent(request.url ?? ''))
      response.writeHead(answer === null ? 404 : 200, {
        'cache-control': registry.cacheControl,
        'content-type': answer instanceof Buffer ? 'application/octet-stream' : 'application/json',
      })
      response.end(answer ?? '{"error":"Not found"}')
    })
    return registry
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** The newest by time is `latest`. A version that is there already gets the new bytes, and their integrity. */
  publish(manifest: Manifest, files: Files, time: string | null = LONG_AGO): void {
    const tarball = gzipSync(tar({ ...files, 'package.json': JSON.stringify(manifest) }))
    this.#put({ manifest, tarball, integrity: integrityOf(tarball), time })
  }

  /** Takes a version away. */
  unpublish(name: string, version: string): void {
    this.#packages.get(name)?.delete(version)
  }

  /** Another version than the last that was published is the one that a tag names. */
  tag(name: string, tag: string, version: string): void {
    this.#tags.set(name, { ...this.#tags.get(name), [tag]: version })
  }

  /** Other bytes under the same version and integrity. */
  swap({ name, version }: Manifest, files: Files): void {
    const { manifest, integrity, time } = this.#get(name, version)
    this.#put({ manifest, integrity, time, tarball: gzipSync(tar({ ...files, 'package.json': JSON.stringify(manifest) })) })
  }

  integrity(name: string, version: string): string {
    return this.#get(name, version).integrity
  }

  #get(name: string, version: string): Published {
    const published = this.#packages.get(name)?.get(version)
    if (published === undefined) throw new Error(`no ${name}@${version}`)
    return published
  }

  #put(published: Published): void {
    const { name, version } = published.manifest
    const versions = this.#packages.get(name) ?? new Map<string, Published>()
    this.#packages.set(name, versions.set(version, published))
  }

  #answer(path: string): string | Buffer | null {
    const [, name = '', file] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/-\/(.+)\.tgz)?$/.exec(path) ?? []
    const versions = this.#packages.get(name)
    if (versions === undefined) return null
    if (file !== undefined) return [...versions.values()].find(({ manifest }) => tarballName(manifest) === file)?.tarball ?? null
    const latest = [...versions.keys()].at(-1)
    return JSON.stringify({
      name,
      'dist-tags': { latest, ...this.#tags.get(name) },
      time: Object.fromEntries([...versions].flatMap(([version, { time }]) => (time === null ? [] : [[version, time]]))),
      versions: Object.fromEntries([...versions].map(([version, one]) => [version, this.#describe(one)])),
    })
  }

  #describe({ manifest, integrity }: Published): object {
    const tarball = `${this.url}/${manifest.name}/-/${tarballName(manifest)}.tgz`
    return { ...manifest, ...(manifest.scripts === undefined ? {} : { hasInstallScript: true }), dist: { tarball, integrity } }
  }
}

function tarballName({ name, version }: Manifest): string {
  return `${name.replace(/^@[^/]+\//, '')}-${version}`
}

function integrityOf(bytes: Buffer): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}

/** A ustar archive (POSIX.1-1988) of texts under `package/`, all of them executable. */
function tar(files: Files): Buffer {
  const blocks = Object.entries(files).flatMap(([path, text]) => {
    const body = Buffer.from(text)
    return [header(`package/${path}`, body.length), body, Buffer.alloc(-body.length & 511)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

function header(path: string, size: number): Buffer {
  const block = Buffer.alloc(512)
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`
  block.write(path, 0)
  block.write(octal(0o755, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(0, 12), 100)
  block.write(' '.repeat(8), 148)
  block.write('0', 156)
  block.write('ustar\u000000', 257)
  block.write(
    octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    ) + ' ',
    148,
  )
  return block
}
