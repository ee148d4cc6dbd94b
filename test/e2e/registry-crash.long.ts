/** `kill -9` loses nothing that was answered. The whole: `npm run crash:registry -- 100`. */
import { test } from 'node:test'
import { POSTGRES_MISSING } from './postgres.ts'
import { crashPostgres, crashSqlite } from './registry-crashes.ts'

const KILLS = 12

const NOT_PAUSED = process.platform === 'win32' && 'no process is paused on Windows'

test('a server on SQLite that is killed again and again keeps what it answered, once', { skip: NOT_PAUSED }, async (t) => {
  t.diagnostic(await crashSqlite(KILLS))
})

test('two servers on PostgreSQL, either of them killed, keep one log', { skip: POSTGRES_MISSING ?? false }, async (t) => {
  t.diagnostic(await crashPostgres(KILLS))
})
