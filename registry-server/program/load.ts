/** From a configuration to what a registry is made of. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { resolve } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { formatVerifier, noteSigner, signersOf, toRules, type NoteSigner } from '../../core/registry/index.ts'
import { keysOf, parseTrustedRoot, publicGood } from '../../core/signing/index.ts'
import type { RegistryPolicy, RegistrySigner } from '../registry.ts'
import { sqliteStore } from '../sqlite.ts'
import type { Opening, Store } from '../store.ts'
import type { DeliveryQueue } from '../webhooks/queue.ts'
import { postgresDeliveries } from '../webhooks/postgres-queue.ts'
import { sqliteDeliveries } from '../webhooks/sqlite-queue.ts'
import { parseWebhookSecret, type WebhookTarget } from '../webhooks/target.ts'
import type { Secret } from './config.ts'
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

/**
 * Opens it, brings it to this version, and sees that it is of this log.
 * @throws LockError `FILE_UNREADABLE`, `VARIABLE_UNSET`, `DATABASE_MISSING`, `DATABASE_OTHER`, and as the store
 */
export async function openStore(
  read: ReadConfig,
  { log }: Pick<RegistrySigner, 'log'>,
  world: World,
  { create = false }: Opening = {},
): Promise<Store> {
  const { store } = read.config
  if ('sqlite' in store) return ofLog(sqliteStore(sqliteFile(read, ''), { create }), log)
  const { postgresStore } = await import('../postgres.ts')
  return ofLog(await postgresStore({ url: await postgresUrl(store.postgres, read, world), create }), log)
}

/** The store, if it has the records of this log, or none yet. @throws LockError `DATABASE_OTHER`; it is closed then */
export async function ofLog(store: Store, log: NoteSigner): Promise<Store> {
  try {
    const [configured, remembered] = [formatVerifier(log), await store.remember(formatVerifier(log))]
    if (remembered === configured) return store
    throw new LockError('DATABASE_OTHER', `the database is of the log \`${remembered}\`, and the configuration of \`${configured}\``)
  } catch (error) {
    await store.close()
    throw error
  }
}

/** @throws LockError `FILE_UNREADABLE`, `VARIABLE_UNSET`, `REGISTRY_CONFIG_INVALID`, which does not show it */
async function postgresUrl(secret: Secret, { folder }: ReadConfig, world: World): Promise<string> {
  const url = (await readSecret(secret, folder, world)).trim()
  if (/^postgres(?:ql)?:\/\//.test(url) && URL.canParse(url)) return url
  throw new LockError('REGISTRY_CONFIG_INVALID', 'store.postgres: expected the URL of a database: postgres://USER@HOST/DATABASE')
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
export async function openDeliveries(read: ReadConfig, world: World): Promise<DeliveryQueue> {
  const { store } = read.config
  if ('sqlite' in store) return sqliteDeliveries(sqliteFile(read, ''))
  return postgresDeliveries({ url: await postgresUrl(store.postgres, read, world) })
}
