/** A registry as a process of its own: `node registry-process.ts CONFIG`, which prints its port. `startRegistry` starts one. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { publicGood, publicKeyOf } from '../../core/signing/index.ts'
import { createRegistry, noteSigner, postgresStore, sqliteStore, type Store } from '../../registry-server/index.ts'
import { logKey, observer, ORIGIN, pemOf, rules, statusKey } from '../registry-fixtures.ts'

export type Storage = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string }

type Config = {
  readonly storage: Storage
  readonly log: string
  readonly status: string
  readonly publisher: string
}

if (process.argv[1] === import.meta.filename) await run(JSON.parse(process.argv[2] ?? '') as Config) // as `startRegistry` wrote it

async function run({ storage, log, status, publisher }: Config): Promise<void> {
  const key = createPublicKey(publisher)
  const signers = [{ key: key.export({ format: 'pem', type: 'spki' }).toString() }]
  const { fetch } = createRegistry({
    store: await open(storage),
    signer: { log: noteSigner(ORIGIN, 'ed25519', log), status: createPrivateKey(status) },
    policy: {
      rules: { ...rules, publishers: [{ names: 'com.acme/*', role: 'observer', signers }] },
      trust: { root: publicGood(), keys: [publicKeyOf(key)], thresholds: {} },
    },
    clock: () => Date.now(),
    log: ({ level, message, ...fields }) => void (level === 'error' && console.error(message, fields)),
  })
  const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }: AddressInfo) => console.log(port))
  // Whoever started it is gone.
  process.stdin.on('end', () => server.close(() => process.exit())).resume()
}

async function open(storage: Storage): Promise<Store> {
  return storage.kind === 'sqlite' ? sqliteStore(storage.file) : postgresStore({ url: storage.url, connections: 4 })
}

export type Replica = {
  /** Where it listens now; null while it does not. */
  readonly url: () => string | null
  readonly start: () => Promise<void>
  /** `kill -9` */
  readonly kill: () => Promise<void>
}

/** With the keys of the fixtures of whoever calls. */
export function replica(storage: Storage): Replica {
  const config: Config = {
    storage,
    log: pemOf(logKey),
    status: pemOf(statusKey),
    publisher: pemOf(observer),
  }
  let child: ChildProcess | null = null
  let url: string | null = null
  return {
    url: () => url,
    start: async () => {
      const started = spawn(process.execPath, [import.meta.filename, JSON.stringify(config)], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      child = started
      const said = await Promise.race([once(started.stdout, 'data'), once(started, 'exit').then(() => null)])
      if (said === null) throw new Error('the registry has ended')
      url = `http://127.0.0.1:${String(said[0]).trim()}`
    },
    kill: async () => {
      url = null
      if (child === null || child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}
