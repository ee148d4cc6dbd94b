/** Whom a registry tells what happens in it. */
import { LockError } from '../../core/codes/errors.ts'

/** `publish`: a further version; `change`: one that differs from the version before it. */
export const WEBHOOK_EVENTS = ['publish', 'change', 'approve', 'withdraw', 'deprecate', 'revoke', 'pause', 'resume', 'transfer'] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

export type WebhookTarget = {
  readonly url: string
  /** For HMAC-SHA256: `parseWebhookSecret`. */
  readonly secret: Uint8Array
  readonly events: readonly WebhookEvent[]
  /** Whether it may be on this machine or in its network, and be asked without TLS. */
  readonly allowPrivate: boolean
}

/**
 * The form of Standard Webhooks: `whsec_` and base64 of 24 to 64 bytes.
 * @throws LockError `REGISTRY_CONFIG_INVALID`, which does not repeat it
 */
export function parseWebhookSecret(text: string): Uint8Array {
  const base64 = text.trim().replace(/^whsec_/, '')
  const bytes = Buffer.from(base64, 'base64')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || bytes.length < 24 || bytes.length > 64)
    throw new LockError('REGISTRY_CONFIG_INVALID', 'expected the secret of a webhook as `whsec_` and base64 of 24 to 64 bytes')
  return bytes
}

/** @throws LockError `REGISTRY_CONFIG_INVALID` */
export function checkWebhookTarget({ url, allowPrivate }: Pick<WebhookTarget, 'url' | 'allowPrivate'>): void {
  const { protocol, username, password } = URL.parse(url) ?? {}
  if (protocol !== 'https:' && !(protocol === 'http:' && allowPrivate))
    throw new LockError('REGISTRY_CONFIG_INVALID', 'expected an `https:` address for a webhook, or `allowPrivate: true` for `http:`')
  if (username !== '' || password !== '')
    throw new LockError('REGISTRY_CONFIG_INVALID', 'expected an address without a password for a webhook')
}
