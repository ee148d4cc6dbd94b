/** Databases for tests of the registry. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStore } from '../registry-server/sqlite.ts'
import type { Database } from './e2e/store-contract.ts'

export async function sqliteDatabase(): Promise<Database & { readonly file: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-lock-sqlite-'))
  const file = join(folder, 'registry.db')
  return { file, open: async () => sqliteStore(file), drop: async () => rmSync(folder, { recursive: true }) }
}
