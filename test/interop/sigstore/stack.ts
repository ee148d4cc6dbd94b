/** A Sigstore on the loopback of the real programs; tokens and the certificate log come from this process. */
import type { KeyObject } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CertificateAuthority } from '../../sigstore/ca.ts'
import { pem } from '../../sigstore/certificate.ts'
import { IdentityProvider } from '../../sigstore/issuer.ts'
import { newKeys, type IssuerName } from '../../sigstore/keys.ts'
import { Loopback } from '../../sigstore/loopback.ts'
import { DEFAULT_CLAIMS } from '../../sigstore/people.ts'
import { RekorV2 } from '../../sigstore/rekor-v2.ts'
import { REKOR_2, signingConfig, trustedRoot } from '../../sigstore/trust.ts'
import { TimestampAuthority } from '../../sigstore/tsa.ts'
import { certificateLog } from './certificate-log.ts'
import { fulcioConfig } from './fulcio-config.ts'
import { freePorts, HOST, isFree } from './ports.ts'
import type { Installed } from './programs.ts'
import type { ClientFiles } from './project.ts'
import { Running } from './running.ts'

/** timestamp-server serves its metrics there, and has no flag for another port. */
const METRICS_OF_TIMESTAMPS = 2112

export type Stack = ClientFiles & {
  readonly issuers: { readonly [name in IssuerName]: IdentityProvider }
  readonly end: () => Promise<void>
}

/** Keys and logs stand in the folder. */
export async function startStack(installed: Installed, folder: string): Promise<Stack> {
  if (!(await isFree(METRICS_OF_TIMESTAMPS))) {
    throw new Error(
      `port ${METRICS_OF_TIMESTAMPS}, which timestamp-server takes for its metrics, is taken: does another of these tests run?`,
    )
  }
  await mkdir(folder, { recursive: true })
  const put = async (name: string, content: string | object): Promise<string> => {
    const path = join(folder, name)
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2), { mode: 0o600 })
    return path
  }
  const keys = newKeys()
  const authority = new CertificateAuthority(keys)
  const timestamps = new TimestampAuthority(keys)

  const own = await Loopback.start<IssuerName | 'ct'>()
  const provider = (name: IssuerName): IdentityProvider => {
    const url = `${own.url}/${name}`
    const issuer = new IdentityProvider(name, url, url, DEFAULT_CLAIMS[name], keys, Date.now)
    own.serve(name, issuer.service)
    return issuer
  }
  const issuers = { user: provider('user'), ci: provider('ci'), gitlab: provider('gitlab') }
  own.serve('ct', certificateLog(keys.ctLog))

  const running: Running[] = []
  const end = async (): Promise<void> => {
    await Promise.all(running.map((program) => program.end()))
    await own[Symbol.asyncDispose]()
  }
  const serve = (name: keyof Installed, health: string, flags: Flags): Promise<void> => {
    const argv = ['serve', ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)]
    const program = new Running(installed[name], argv, { name, folder })
    running.push(program)
    return program.ready(health)
  }
  const [fulcio = 0, fulcioRpc = 0, fulcioMetrics = 0, rekor = 0, rekorRpc = 0, rekorMetrics = 0, tsa = 0] = await freePorts(7)
  const at = (port: number, path = ''): string => `http://${HOST}:${port}${path}`
  try {
    await Promise.all([
      serve('rekor-server', at(rekor, '/healthz'), {
        hostname: REKOR_2,
        'signer-filepath': await put('rekor.key', pkcs8(keys.rekor2.privateKey)),
        'storage-dir': join(folder, 'rekor'),
        'checkpoint-interval': '1s',
        'batch-max-age': '100ms',
        'http-address': HOST,
        'http-port': rekor,
        'grpc-address': HOST,
        'grpc-port': rekorRpc,
        'http-metrics-port': rekorMetrics,
      }),
      serve('timestamp-server', at(tsa, '/ping'), {
        host: HOST,
        port: tsa,
        'disable-ntp-monitoring': true,
        'timestamp-signer': 'file',
        'file-signer-key-path': await put('tsa.key', pkcs8(keys.tsa.privateKey)),
        'file-signer-passwd': '',
        'certificate-chain-path': await put('tsa.pem', timestamps.chain.map(pem).join('')),
      }),
      serve('fulcio', at(fulcio, '/healthz'), {
        'config-path': await put('fulcio.json', fulcioConfig(issuers)),
        host: HOST,
        port: fulcio,
        'grpc-host': HOST,
        'grpc-port': fulcioRpc,
        'metrics-port': fulcioMetrics,
        'legacy-unix-domain-socket': `@fulcio-${fulcio}`,
        ca: 'fileca',
        'fileca-cert': await put('fulcio.pem', authority.chain.map(pem).join('')),
        'fileca-key': await put('fulcio.key', pkcs8(keys.intermediate.privateKey)),
        'fileca-key-passwd': '',
        'fileca-watch': false,
        'ct-log-url': `${own.url}/ct`,
        'ct-log-public-key-path': await put('ct.pub', spkiPem(keys.ctLog.publicKey)),
      }),
    ])
  } catch (error) {
    await end()
    throw error
  }
  const loopback = trustedRoot(own.url, keys, authority, timestamps, new RekorV2(REKOR_2, keys.rekor2).keyId)
  const root = { ...loopback, certificateAuthorities: loopback.certificateAuthorities.map((one) => ({ ...one, uri: at(fulcio) })) }
  const config = signingConfig({
    fulcio: at(fulcio),
    issuer: issuers.user.issuer,
    rekor: { url: at(rekor), version: 2 },
    tsa: at(tsa, '/api/v1/timestamp'),
  })
  return { issuers, trustedRoot: await put('trusted_root.json', root), signingConfig: await put('signing_config.json', config), end }
}

type Flags = { readonly [flag: string]: string | number | boolean }

const pkcs8 = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString()
const spkiPem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString()
