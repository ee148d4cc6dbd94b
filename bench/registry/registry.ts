/** The registry: reads, publications and streams, on both stores. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { POSTGRES_MISSING, startPostgres } from '../../test/e2e/postgres.ts'
import { filledDatabase, filledFile } from './databases.ts'
import { replicas, signedPublications } from './publish.ts'
import { reads } from './reads.ts'
import { streams } from './streams.ts'

export const STORES = ['sqlite', 'postgres'] as const

/** @param sizes how many records, from few to many */
export async function measureRegistry(sizes: readonly number[], stores: readonly string[]): Promise<void> {
  if (stores.includes('sqlite')) await onSqlite(sizes)
  if (!stores.includes('postgres')) return
  if (POSTGRES_MISSING === null) await onPostgres(sizes)
  else console.log(`skipped: ${POSTGRES_MISSING}`)
}

async function onSqlite(sizes: readonly number[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mcp-lock-bench-'))
  const empty = (name: string) => ({ kind: 'sqlite', file: join(folder, name) }) as const
  try {
    await signedPublications('SQLite', empty('published.db'))
    await streams('SQLite', empty('streams.db'))
    const stores = []
    for (const size of sizes) stores.push({ size, storage: await filledFile(size) })
    await reads('SQLite', stores)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function onPostgres(sizes: readonly number[]): Promise<void> {
  await using postgres = await startPostgres({ fsync: 'on' })
  await signedPublications('PostgreSQL', await filledDatabase(postgres, 0))
  await replicas(await filledDatabase(postgres, 0))
  await streams('PostgreSQL', await filledDatabase(postgres, 0))
  const stores = []
  for (const size of sizes) stores.push({ size, storage: await filledDatabase(postgres, size) })
  await reads('PostgreSQL', stores)
}
