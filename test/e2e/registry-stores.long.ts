/** Both stores keep the contract with logs of three levels of tiles. */
import { after, before, test } from 'node:test'
import { sqliteDatabase } from '../registry-databases.ts'
import { POSTGRES_MISSING, startPostgres, type Postgres } from './postgres.ts'
import { storeContract } from './store-contract.ts'

storeContract('SQLite', sqliteDatabase, { largest: 65_537, isShared: true })

if (POSTGRES_MISSING !== null) test('PostgreSQL', { skip: POSTGRES_MISSING }, () => {})
else {
  let postgres: Postgres
  before(async () => void (postgres = await startPostgres()))
  after(() => postgres[Symbol.asyncDispose]())
  storeContract('PostgreSQL', () => postgres.create(), { largest: 65_537, isShared: true })
}
