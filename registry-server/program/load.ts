/** From a configuration to what a registry is made of. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { noteSigner, signersOf, toRules } from '../../core/registry/index.ts'
import { keysOf, parseTrustedRoot, publicGood } from '../../core/signing/index.ts'
import type { RegistryPolicy, RegistrySigner } from '../registry.ts'
import { sqliteStore } from '../sqlite.ts'
import type { Store } from '../store.ts'
import type { DeliveryQueue } from '../webhooks/queue.ts'
import { postgresDeliveries } from '../webhooks/postgres-queue.ts'
import { sqliteDeliveries } from '../webhooks/sqlite-queue.ts'
import { parseWebhookSecret, type WebhookTarget } from '../webhooks/target.ts'
import { readSecret, readText, type ReadConfig, type World } from './world.ts'

/** @throws LockError `FILE_UNREADABLE`, `VARIABLE_UNSET`, `KEY_INVALID` */
export async function loadSigner({ config, folder }: ReadConfig, world: World): Promise<RegistrySigner> {
  const { origin, key } = config.log
  const log = privateKey(await readSecret(key, folder, world), 'log')
  const status = privateKey(await readSecret(config.status.key, folder, world), 'status')
  if (createPublicKey(log).equals(createPublicKey(status))) throw new LockError('KEY_INVALID', 'log and status have the same key')
  return { log: noteSigner(origin, 'ed25519', log.export({ format: 'pem', type: 'pkcs8' }).toString()), status }
}

// Causes are left out: OpenSSL's errors may tell of what was read.
function privateKey(pem: string, of: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    throw new LockError('KEY_INVALID', `the key of the ${of} is no private key in PEM, or is encrypted`)
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw new LockError('KEY_INVALID', `expected an Ed25519 key for the ${of}, got ${key.asymmetricKeyType ?? 'another'}`)
}

/** @throws LockError `FILE_UNREADABLE`, `TRUSTED_ROOT_INVALID` */
export async function loadPolicy({ config, folder }: ReadConfig): Promise<RegistryPolicy> {
  const { trustedRoot, thresholds } = config.sigstore
  const root = trustedRoot === undefined ? publicGood() : parseTrustedRoot(await readText(resolve(folder, trustedRoot)))
  const rules = toRules(config.log.origin, config)
  return { rules, trust: { root, keys: keysOf(signersOf(rules)), thresholds } }
}

/** Opens it, and brings it to this version. @throws LockError `FILE_UNREADABLE`, `VARIABLE_UNSET`, and as the store */
export async function openStore(read: ReadConfig, world: World): Promise<Store> {
  const { store } = read.config
  if ('sqlite' in store) return sqliteStore(sqliteFile(read, ''))
  const { postgresStore } = await import('../postgres.ts')
  return postgresStore({ url: (await readSecret(store.postgres, read.folder, world)).trim() })
}

/** @param otherwise what does the same on PostgreSQL @throws LockError `USAGE` */
export function sqliteFile({ config: { store }, folder }: ReadConfig, otherwise: string): string {
  if ('sqlite' in store) return resolve(folder, store.sqlite)
  throw new LockError('USAGE', `the registry is on PostgreSQL, whose own program does it: \`${otherwise}\``)
}

/** @throws LockError `FILE_UNREADABLE`, `VARIABLE_UNSET`, `REGISTRY_CONFIG_INVALID` */
export function loadWebhooks({ config, folder }: ReadConfig, world: World): Promise<WebhookTarget[]> {
  return Promise.all(
    config.webhooks.map(async ({ secret, ...target }) => ({
      ...target,
      secret: parseWebhookSecret(await readSecret(secret, folder, world)),
    })),
  )
}

/** What is still to be told, in the database of the store. */
export async function openDeliveries({ config: { store }, folder }: ReadConfig, world: World): Promise<DeliveryQueue> {
  if ('sqlite' in store) return sqliteDeliveries(resolve(folder, store.sqlite))
  return postgresDeliveries({ url: (await readSecret(store.postgres, folder, world)).trim() })
}
