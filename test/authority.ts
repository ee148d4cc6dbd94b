/** A certificate authority of a test's own, and servers and a proxy with certificates by it. All on the loopback. */
import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import forge from 'node-forge'

type Certificate = { readonly key: string; readonly cert: string }

/** What is wrong with a certificate. */
export type Flaw = 'expired' | 'another host'

const DAY = 24 * 60 * 60 * 1_000

export class Authority {
  readonly #key = keyPair()
  readonly #leafKey = keyPair()
  readonly cert: string

  constructor() {
    this.cert = sign(this.#key, 'a test', this.#key, 'a test', [{ name: 'basicConstraints', cA: true }], [-DAY, DAY])
  }

  certificateFor(host: string, flaw: Flaw | null = null): Certificate {
    const name = flaw === 'another host' ? 'another.test' : host
    const validity = flaw === 'expired' ? ([-2 * DAY, -DAY] as const) : ([-DAY, DAY] as const)
    const alternative = { name: 'subjectAltName', altNames: [/^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name }] }
    return { key: this.#leafKey.pem, cert: sign(this.#leafKey, name, this.#key, 'a test', [alternative], validity) }
  }

  /** The file that NODE_EXTRA_CA_CERTS names. */
  async file(folder: string): Promise<string> {
    const path = join(folder, 'authority.pem')
    await writeFile(path, this.cert)
    return path
  }
}

type Keys = { readonly pem: string; readonly forge: forge.pki.rsa.KeyPair }

function keyPair(): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  return {
    pem: privateKey,
    forge: { privateKey: forge.pki.privateKeyFromPem(privateKey), publicKey: forge.pki.publicKeyFromPem(publicKey) },
  }
}

let serial = 0

function sign(
  subject: Keys,
  name: string,
  issuer: Keys,
  issuerName: string,
  extensions: readonly object[],
  [from, to]: readonly [number, number],
): string {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = subject.forge.publicKey
  certificate.serialNumber = `01${String(++serial).padStart(6, '0')}`
  certificate.validity.notBefore = new Date(Date.now() + from)
  certificate.validity.notAfter = new Date(Date.now() + to)
  certificate.setSubject([{ name: 'commonName', value: name }])
  certificate.setIssuer([{ name: 'commonName', value: issuerName }])
  certificate.setExtensions([...extensions])
  certificate.sign(issuer.forge.privateKey, forge.md.sha256.create())
  return forge.pki.certificateToPem(certificate)
}

/**
 * A proxy as companies have one: it opens every TLS connection with a certificate of its own authority, and
 * answers in place of the host, whose name need not be in any DNS.
 */
export class InterceptingProxy {
  /** `HOST:PORT` of every CONNECT, and its `proxy-authorization`. */
  readonly asked: { readonly host: string; readonly authorization: string | undefined }[] = []
  readonly #server: Server
  readonly host: string

  private constructor(server: Server) {
    this.#server = server
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** `status` is what CONNECT is answered with. */
  static async start(
    authority: Authority,
    answer: RequestListener,
    { status = 200, flaw = null as Flaw | null } = {},
  ): Promise<InterceptingProxy> {
    const inner = createServer(answer)
    const server = createServer((_, response) => void response.writeHead(501).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const proxy = new InterceptingProxy(server)
    server.on('connect', ({ url = '', headers }, socket) => {
      proxy.asked.push({ host: url, authorization: headers['proxy-authorization'] })
      socket.on('error', () => {})
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      const secure = new TLSSocket(socket, { isServer: true, ...authority.certificateFor(url.replace(/:\d+$/, ''), flaw) })
      secure.on('error', () => {})
      inner.emit('connection', secure)
    })
    return proxy
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
