/** An OpenID provider: discovery, keys, a page that signs a person in at once, the exchange of a code, codes for devices, and GitHub's token endpoint. */
import { randomUUID, type JsonWebKey } from 'node:crypto'
import { sha256 } from './certificate.ts'
import { signToken } from './id-token.ts'
import type { Claims } from './identity.ts'
import type { IssuerName, Keys } from './keys.ts'
import { json, type Answer, type Request, type Service } from './loopback.ts'

/** A sign-in that awaits the exchange of its code. */
interface Pending {
  readonly challenge: string | null
  readonly redirect: string | null
  readonly client: string | null
  readonly nonce: string | null
}

/** A device that waits for a person, who needs some time. */
interface Device {
  readonly challenge: string | null
  asked: number
}

const LIFETIME = 600
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

export class IdentityProvider {
  readonly name: IssuerName
  /** What tokens have as `iss`. */
  readonly issuer: string
  /** Who signs in, or runs. */
  claims: Claims
  /** Tokens, codes and verifiers that went over the wire, which no output may show. */
  readonly secrets: string[] = []
  readonly #url: string
  readonly #keys: Keys
  readonly #clock: () => number
  readonly #pending = new Map<string, Pending>()
  readonly #devices = new Map<string, Device>()
  readonly #bearers = new Map<string, Claims>()

  constructor(name: IssuerName, url: string, issuer: string, claims: Claims, keys: Keys, clock: () => number) {
    this.name = name
    this.#url = url
    this.issuer = issuer
    this.claims = claims
    this.#keys = keys
    this.#clock = clock
  }

  readonly jwks = (): JsonWebKey[] => [
    { ...this.#keys.issuer(this.name).publicKey.export({ format: 'jwk' }), kid: this.name, alg: 'RS256', use: 'sig' },
  ]

  token(claims: Claims = {}): string {
    const now = Math.floor(this.#clock() / 1_000)
    const standard = { iss: this.issuer, aud: 'sigstore', iat: now, nbf: now, exp: now + LIFETIME }
    return signToken({ ...standard, ...this.claims, ...claims }, this.#keys.issuer(this.name), this.name)
  }

  /** The variables that a job on GitHub has. */
  actionsEnvironment(claims: Claims = {}): {
    readonly ACTIONS_ID_TOKEN_REQUEST_URL: string
    readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string
  } {
    const bearer = randomUUID()
    this.#bearers.set(bearer, claims)
    return { ACTIONS_ID_TOKEN_REQUEST_URL: `${this.#url}/actions?api-version=2.0`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer }
  }

  readonly service: Service = (request) => {
    switch (`${request.method} ${request.path}`) {
      case 'GET /.well-known/openid-configuration':
        return json(200, this.#configuration())
      case 'GET /keys':
        return json(200, { keys: this.jwks() })
      case 'GET /auth':
        return this.#authorize(request.query)
      case 'POST /token':
        return this.#exchange(new URLSearchParams(request.body))
      case 'POST /device':
        return this.#device(new URLSearchParams(request.body))
      case 'GET /actions':
        return this.#actions(request)
      default:
        return { status: 404 }
    }
  }

  #configuration(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.#url}/auth`,
      token_endpoint: `${this.#url}/token`,
      jwks_uri: `${this.#url}/keys`,
      response_types_supported: ['code'],
      device_authorization_endpoint: `${this.#url}/device`,
      grant_types_supported: ['authorization_code', DEVICE_GRANT],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      scopes_supported: ['openid', 'email'],
      token_endpoint_auth_methods_supported: ['none'],
    }
  }

  #authorize(query: URLSearchParams): Answer {
    const redirect = query.get('redirect_uri')
    const { hostname } = new URL(redirect ?? '')
    if (hostname !== 'localhost' && hostname !== '127.0.0.1') return json(400, { error: 'invalid_request' })
    const target = new URL(redirect ?? '')
    const state = query.get('state')
    if (state !== null) target.searchParams.set('state', state)
    if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256' || query.get('client_id') !== 'sigstore') {
      target.searchParams.set('error', 'invalid_request')
    } else {
      const code = randomUUID()
      this.secrets.push(code)
      this.#pending.set(code, {
        challenge: query.get('code_challenge'),
        redirect,
        client: query.get('client_id'),
        nonce: query.get('nonce'),
      })
      target.searchParams.set('code', code)
    }
    return { status: 302, headers: { location: target.href } }
  }

  /** RFC 6749 §4.1.3 with RFC 7636 §4.6. A code is good once. */
  #exchange(form: URLSearchParams): Answer {
    this.secrets.push(form.get('code_verifier') ?? '')
    if (form.get('grant_type') === DEVICE_GRANT) return this.#exchangeDevice(form)
    const code = form.get('code') ?? ''
    const pending = this.#pending.get(code)
    this.#pending.delete(code)
    const good =
      form.get('grant_type') === 'authorization_code' &&
      pending?.redirect === form.get('redirect_uri') &&
      pending.client === form.get('client_id') &&
      pending.challenge === sha256(form.get('code_verifier') ?? '').toString('base64url')
    if (!good) return json(400, { error: 'invalid_grant' })
    return this.#tokens(pending.nonce === null ? {} : { nonce: pending.nonce })
  }

  #tokens(claims: Claims): Answer {
    const [access_token, id_token] = [randomUUID(), this.token(claims)]
    this.secrets.push(access_token, id_token)
    return json(200, { access_token, token_type: 'Bearer', expires_in: LIFETIME, id_token })
  }

  /** RFC 8628 §3.2, with PKCE as Dex has it. */
  #device(form: URLSearchParams): Answer {
    const device_code = randomUUID()
    this.secrets.push(device_code)
    this.#devices.set(device_code, { challenge: form.get('code_challenge'), asked: 0 })
    const times = { expires_in: LIFETIME, interval: 0.01 }
    return json(200, { device_code, user_code: 'ABCD-EFGH', verification_uri: `${this.#url}/device`, ...times })
  }

  /** The person has signed in when the device asks for the third time. */
  #exchangeDevice(form: URLSearchParams): Answer {
    const device = this.#devices.get(form.get('device_code') ?? '')
    if (device?.challenge !== sha256(form.get('code_verifier') ?? '').toString('base64url')) return json(400, { error: 'invalid_grant' })
    device.asked++
    return device.asked < 3 ? json(400, { error: 'authorization_pending' }) : this.#tokens({})
  }

  #actions({ headers, query }: Request): Answer {
    const claims = this.#bearers.get(/^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '')
    if (claims === undefined) return json(401, { message: 'unauthorized' })
    const audience = query.get('audience')
    return json(200, {
      count: 1,
      value: this.token({ aud: 'https://github.com/acme', ...(audience === null ? {} : { aud: audience }), ...claims }),
    })
  }
}
