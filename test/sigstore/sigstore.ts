/**
 * A Sigstore on the loopback: Fulcio, a CT log, Rekor v1 and v2, a timestamp authority, OpenID providers.
 *
 *     await using sigstore = await startSigstore()
 *     sigstore.trustedRoot, sigstore.signingConfig({ rekor: 2, tsa: true }), sigstore.issuers.ci.token()
 */
import { CertificateAuthority } from './ca.ts'
import { fulcio } from './fulcio.ts'
import { IdentityProvider } from './issuer.ts'
import { sharedKeys, type IssuerName, type Keys } from './keys.ts'
import { Loopback } from './loopback.ts'
import { DEFAULT_CLAIMS } from './people.ts'
import { RekorV1 } from './rekor-v1.ts'
import { RekorV2 } from './rekor-v2.ts'
import { REKOR_1, REKOR_2, signingConfig, trustedRoot, type TrustedRoot } from './trust.ts'
import { TimestampAuthority, timestamping } from './tsa.ts'

export type ServiceName = 'fulcio' | 'rekor1' | 'rekor2' | 'tsa' | IssuerName

/** Which services a signer is told to use. */
export interface Services {
  readonly rekor: 1 | 2 | null
  readonly tsa: boolean
}

export interface SigstoreOptions {
  /** Milliseconds, for every service. */
  readonly clock?: () => number
  /** By default those of the process; with `newKeys()` it is another Sigstore. */
  readonly keys?: Keys
  /** Whether certificates come from an intermediate authority, as in the public good instance. */
  readonly intermediate?: boolean
  /** What tokens have as `iss`, where it is not the address of the provider on the loopback. */
  readonly issuers?: { readonly [name in IssuerName]?: string }
}

export interface Sigstore extends AsyncDisposable {
  readonly url: string
  readonly keys: Keys
  readonly clock: () => number
  readonly trustedRoot: TrustedRoot
  readonly signingConfig: (services: Services) => ReturnType<typeof signingConfig>
  readonly issuers: { readonly [name in IssuerName]: IdentityProvider }
  /** The services themselves, for what an honest client does not get. */
  readonly ca: CertificateAuthority
  readonly tsa: TimestampAuthority
  readonly rekor1: RekorV1
  readonly rekor2: RekorV2
  readonly requests: Loopback<ServiceName>['requests']
  readonly disturb: Loopback<ServiceName>['disturb']
}

export async function startSigstore(options: SigstoreOptions = {}): Promise<Sigstore> {
  const { clock = Date.now, keys = sharedKeys(), intermediate = true, issuers: names = {} } = options
  const loopback = await Loopback.start<ServiceName>()
  const { url } = loopback
  const provider = (name: IssuerName): IdentityProvider =>
    new IdentityProvider(name, `${url}/${name}`, names[name] ?? `${url}/${name}`, DEFAULT_CLAIMS[name], keys, clock)
  const issuers = { user: provider('user'), ci: provider('ci'), gitlab: provider('gitlab') }
  const ca = new CertificateAuthority(keys, { intermediate })
  const tsa = new TimestampAuthority(keys)
  const rekor1 = new RekorV1(REKOR_1, keys.rekor1, clock)
  const rekor2 = new RekorV2(REKOR_2, keys.rekor2)

  loopback.serve('fulcio', fulcio(ca, Object.values(issuers), clock))
  loopback.serve('rekor1', rekor1.service)
  loopback.serve('rekor2', rekor2.service)
  loopback.serve('tsa', timestamping(tsa, clock))
  for (const issuer of Object.values(issuers)) loopback.serve(issuer.name, issuer.service)

  return {
    url,
    keys,
    clock,
    trustedRoot: trustedRoot(url, keys, ca, tsa, rekor2.keyId),
    signingConfig: ({ rekor, tsa }) =>
      signingConfig({
        fulcio: `${url}/fulcio`,
        issuer: issuers.user.issuer,
        rekor: rekor === null ? null : { url: `${url}/rekor${rekor}`, version: rekor },
        tsa: tsa ? `${url}/tsa/api/v1/timestamp` : null,
      }),
    issuers,
    ca,
    tsa,
    rekor1,
    rekor2,
    requests: loopback.requests,
    disturb: (...arguments_) => loopback.disturb(...arguments_),
    [Symbol.asyncDispose]: () => loopback[Symbol.asyncDispose](),
  }
}
