/** `serve`: a registry on its socket until it is asked to stop. */
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import pino from 'pino'
import { LockError } from '../../core/codes/errors.ts'
import { parseVerifier } from '../../core/registry/index.ts'
import { listen, type Listening } from '../http/listen.ts'
import { networks } from '../networks.ts'
import { openRegistry, type Log, type Registry } from '../registry.ts'
import type { Store } from '../store.ts'
import { verifyPool } from '../verify-pool.ts'
import { portOf, type Config } from './config.ts'
import { exposedFiles } from './exposed.ts'
import { loadPolicy, loadSigner, loadWebhooks, openDeliveries, openStore, sqliteFile } from './load.ts'
import { holdServed } from './served-file.ts'
import { readConfig, readSecret, readText, type ReadConfig, type World } from './world.ts'

/** Resolves when it has stopped. */
export async function serve(file: string, world: World): Promise<void> {
  const read = await readConfig(file, world)
  const log = logTo(world.err, read.config.logLevel)
  const registry = await open(read, log, world)
  for (const file of await exposedFiles(read))
    log({ level: 'warn', message: 'a secret that every user of this machine may read: chmod 600', file })
  const { port, stop } = await listening(registry, read, world).catch(async (error: unknown) => {
    await registry.close()
    throw error
  })
  const { config } = read
  log({ level: 'info', message: 'listening', origin: config.log.origin, port })
  world.out(`the registry ${config.log.origin} answers at ${addressOf(config, port)}\n`)
  await aborted(world.stop)
  log({ level: 'info', message: 'stopping' })
  await stop()
  log({ level: 'info', message: 'stopped' })
}

async function open(read: ReadConfig, log: Log, world: World): Promise<Registry> {
  const { limits } = read.config
  const [signer, policy] = [await loadSigner(read, world), await loadPolicy(read)]
  const targets = await loadWebhooks(read, world)
  // First: it may be that there is none.
  const store = held(await openStore(read, signer, world), read)
  const webhooks = targets.length === 0 ? {} : { webhooks: { targets, queue: await openDeliveries(read, world) } }
  const verifier = verifyPool(policy.trust, { threads: limits.verifyThreads, queue: limits.verifyQueue })
  const witnesses = read.config.witnesses.map(({ url, key }) => ({ url, verifier: parseVerifier(key) }))
  return openRegistry({ store, signer, policy, clock: Date.now, log, verifier, witnesses, maxStreams: limits.streams, ...webhooks })
}

/** Nobody restores the file of an embedded store until the store is closed. */
function held(store: Store, read: ReadConfig): Store {
  if (!('sqlite' in read.config.store)) return store
  const letGo = holdServed(sqliteFile(read, ''))
  return { ...store, close: () => store.close().finally(letGo) }
}

async function listening(registry: Registry, { config, folder }: ReadConfig, world: World): Promise<Listening> {
  const { tls, limits } = config
  const certificate =
    tls === undefined ? null : { cert: await readText(resolve(folder, tls.cert)), key: await readSecret(tls.key, folder, world) }
  if (certificate !== null) mustFit(certificate)
  try {
    return await listen(registry, {
      host: config.listen.slice(0, config.listen.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1'),
      port: portOf(config.listen),
      tls: certificate,
      trustedProxies: networks(config.trustedProxies),
      limits,
    })
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
    throw new LockError('LISTEN_FAILED', `\`${config.listen}\`: ${REFUSED.get(code) ?? `the system refuses it, ${code}`}`, { cause })
  }
}

const REFUSED = new Map([
  ['EADDRINUSE', 'something else listens there'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['ENOTFOUND', 'the name has no address'],
  ['EACCES', 'this user may not listen there'],
])

/** @throws LockError `REGISTRY_CONFIG_INVALID`, without what OpenSSL says: it may tell of the key */
function mustFit(tls: { readonly cert: string; readonly key: string }): void {
  try {
    createSecureContext(tls)
  } catch {
    throw new LockError('REGISTRY_CONFIG_INVALID', 'tls: `cert` and `key` are no certificate and its key, in PEM')
  }
}

function addressOf({ listen, tls }: Config, port: number): string {
  return `${tls === undefined ? 'http' : 'https'}://${listen.slice(0, listen.lastIndexOf(':'))}:${port}`
}

/** JSON lines. Nothing secret is ever given to it: no header, no body, no configuration. */
function logTo(err: World['err'], level: Config['logLevel']): Log {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    { write: err },
  )
  return ({ level: of, message, ...fields }) => logger[of](fields, message)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
