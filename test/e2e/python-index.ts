/** A Python package index on the loopback (PEP 503, PEP 691), with wheels that the test makes. */
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32 } from 'node:zlib'

export type Release = {
  readonly name: string
  readonly version: string
  readonly requires?: readonly string[]
  /** The wheel's tag: `py3-none-any` unless it is for some platforms. */
  readonly tag?: string
  /** Files by their path in the wheel. */
  readonly files: { readonly [path: string]: string }
  readonly scripts?: { readonly [name: string]: string }
  /** RFC 3339. */
  readonly uploaded?: string
}

type File = { readonly name: string; readonly bytes: Buffer; readonly sha256: string; readonly uploaded: string }

export class PythonIndex {
  readonly #files = new Map<string, File[]>()
  readonly #server: Server
  readonly url: string
  /** What was asked for, by path. */
  readonly asked: string[] = []

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`
  }

  static async start(): Promise<PythonIndex> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const index = new PythonIndex(server)
    server.on('request', (request, response) => {
      const path = decodeURIComponent(request.url ?? '')
      index.asked.push(path)
      const [, kind, name = ''] = /^\/(simple|files)\/([^/]+)/.exec(path) ?? []
      const file = [...index.#files.values()].flat().findLast((one) => kind === 'files' && one.name === name)
      const listing = kind === 'simple' ? index.#files.get(name) : undefined
      const type = file === undefined ? 'application/vnd.pypi.simple.v1+json' : 'application/octet-stream'
      response.writeHead(file === undefined && listing === undefined ? 404 : 200, { 'content-type': type, 'cache-control': 'no-store' })
      response.end(file?.bytes ?? (listing === undefined ? '' : JSON.stringify(index.#describe(name, listing))))
    })
    return index
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** @returns the hash of the wheel */
  publish(release: Release): string {
    const { name, version, tag = 'py3-none-any', uploaded = '2020-01-01T00:00:00Z' } = release
    const bytes = wheel(release, tag)
    return this.#add(name, { name: `${name.replaceAll('-', '_')}-${version}-${tag}.whl`, bytes, sha256: hash(bytes), uploaded })
  }

  /** A source distribution that nobody can build; its content does not matter. */
  publishSource(name: string, version: string): string {
    const bytes = Buffer.from(`${name} ${version}`)
    return this.#add(name, {
      name: `${name.replaceAll('-', '_')}-${version}.tar.gz`,
      bytes,
      sha256: hash(bytes),
      uploaded: '2020-01-01T00:00:00Z',
    })
  }

  /** Other bytes in the place of a wheel, under the same name and hash. */
  swap(release: Release): void {
    const { name, version, tag = 'py3-none-any' } = release
    const files = this.#files.get(name) ?? []
    const file = `${name.replaceAll('-', '_')}-${version}-${tag}.whl`
    this.#files.set(
      name,
      files.map((one) => (one.name === file ? { ...one, bytes: wheel(release, tag) } : one)),
    )
  }

  #add(name: string, file: File): string {
    this.#files.set(name, [...(this.#files.get(name) ?? []), file])
    return `sha256:${file.sha256}`
  }

  #describe(name: string, files: readonly File[]): object {
    return {
      meta: { 'api-version': '1.1' },
      name,
      versions: [...new Set(files.map((file) => /^[^-]+-([^-]+?)(?:-|\.tar)/.exec(file.name)?.[1] ?? ''))],
      files: files.map(({ name: filename, sha256, uploaded, bytes }) => ({
        filename,
        url: `../../files/${filename}`,
        hashes: { sha256 },
        size: bytes.length,
        'upload-time': uploaded,
      })),
    }
  }
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A wheel (PyPA binary distribution format) with the scripts as entry points. */
function wheel({ name, version, requires = [], files, scripts = {} }: Release, tag: string): Buffer {
  const info = `${name.replaceAll('-', '_')}-${version}.dist-info`
  const entries = Object.entries(scripts).map(([script, target]) => `${script} = ${target}\n`)
  const all = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requires.map((one) => `Requires-Dist: ${one}\n`).join('')}`,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
    [`${info}/entry_points.txt`]: `[console_scripts]\n${entries.join('')}`,
  }
  return zip({ ...all, [`${info}/RECORD`]: [...Object.keys(all), `${info}/RECORD`].map((path) => `${path},,\n`).join('') })
}

/** A ZIP archive (APPNOTE 4.3) of texts, stored as they are. */
function zip(files: { readonly [path: string]: string }): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [path, text] of Object.entries(files)) {
    const [name, body] = [Buffer.from(path), Buffer.from(text)]
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x21, 8)
    common.writeUInt32LE(crc32(body), 10)
    common.writeUInt32LE(body.length, 14)
    common.writeUInt32LE(body.length, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, name, body])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE((0o100644 << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, tail, name]))
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(central.length, 4)
  end.writeUInt16LE(central.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\u0005\u0006'), end])
}
