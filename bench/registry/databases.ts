/** Where the records are: files that are kept between runs, and databases of a PostgreSQL that lives as long as the run. */
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresStore } from '../../registry-server/postgres.ts'
import { sqliteStore } from '../../registry-server/sqlite.ts'
import type { Store } from '../../registry-server/store.ts'
import type { Postgres } from '../../test/e2e/postgres.ts'
import type { Storage } from '../../test/e2e/registry-process.ts'
import { fill, RECIPE } from './fill.ts'

/** Made on the first run, and brought to a later version as any other; other contents have another name. */
export async function filledFile(size: number): Promise<Storage> {
  const folder = join(tmpdir(), 'mcp-lock-bench')
  await mkdir(folder, { recursive: true })
  const storage = { kind: 'sqlite', file: join(folder, `registry-${size}-${RECIPE.slice(0, 12)}.db`) } as const
  await filled(storage, size)
  return storage
}

export async function filledDatabase(postgres: Postgres, size: number): Promise<Storage> {
  const storage = { kind: 'postgres', url: (await postgres.create()).url } as const
  await filled(storage, size)
  if (size > 0) await postgres.run('checkpoint')
  return storage
}

async function filled(storage: Storage, size: number): Promise<void> {
  const store = await openStore(storage)
  try {
    const start = performance.now()
    await fill(store, size)
    const seconds = (performance.now() - start) / 1000
    if (seconds > 5) console.log(`  ${size} records into ${storage.kind} in ${seconds.toFixed(0)} s`)
  } finally {
    await store.close()
  }
}

export function openStore(storage: Storage): Promise<Store> {
  return storage.kind === 'sqlite' ? Promise.resolve(sqliteStore(storage.file)) : postgresStore({ url: storage.url })
}
