/** `backup` and `restore` of the embedded store. */
import { chmod, copyFile, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import type { NoteSigner } from '../../core/registry/index.ts'
import { sqliteStore } from '../sqlite.ts'
import { loadSigner, ofLog, sqliteFile } from './load.ts'
import { whileNotServed } from './served-file.ts'
import { isThere, readConfig, type World } from './world.ts'

/** A whole copy, while the registry serves and writes. @throws LockError `USAGE`, `DATABASE_MISSING`, `DATABASE_OTHER`, `FILE_PRESENT` */
export async function backup(file: string, target: string, world: World): Promise<void> {
  const read = await readConfig(file, world)
  const source = sqliteFile(read, 'pg_dump --format=custom --file FILE URL')
  const { log } = await loadSigner(read, world)
  const path = resolve(world.cwd, target)
  if (!(await isThere(source))) throw new LockError('DATABASE_MISSING', `there is no \`${displaySafe(source, 300)}\``)
  await mustBeFree(path)
  const size = await finish(path, log, async (part) => {
    const db = new DatabaseSync(source, { readOnly: true, timeout: 5_000 })
    await copyDatabase(db, part).finally(() => db.close())
  })
  world.out(`${size} records in ${displaySafe(path, 300)}; the keys are not in it, keep them apart\n`)
}

/** Numbers of statuses that a backup may not know of; clients refuse lower ones than they have seen. */
const EPOCHS = 1_000_000

/** @throws LockError `USAGE`, `FILE_UNREADABLE`, `DATABASE_OTHER`, `DATABASE_SERVED`, `FILE_PRESENT` */
export async function restore(file: string, source: string, world: World): Promise<void> {
  const read = await readConfig(file, world)
  const target = sqliteFile(read, 'pg_restore --clean --if-exists --dbname URL FILE')
  const { log } = await loadSigner(read, world)
  const path = resolve(world.cwd, source)
  await mustBeThere(path)
  await mustBeFree(target)
  await mustBeFree(`${target}-wal`)
  const size = await whileNotServed(target, () =>
    finish(target, log, async (part) => {
      await copyFile(path, part)
      const db = sound(part)
      db.exec(`update epochs set epoch = epoch + ${EPOCHS}`)
      db.close()
    }),
  )
  world.out(
    `${size} records; run \`mcp-lock-registry verify-log\` before you serve them\n` +
      'clients that have seen a longer log refuse this one: docs/REGISTRY.md says what to tell them\n',
  )
}

/** A file appears whole, sound and of this log, or not at all. @returns records in it */
async function finish(path: string, log: NoteSigner, write: (part: string) => Promise<void>): Promise<number> {
  const part = `${path}.part`
  try {
    await write(part)
    await chmod(part, 0o600)
    sound(part).close()
    const store = await ofLog(sqliteStore(part, { create: false }), log)
    const { size } = await store.head()
    await store.close()
    sound(part).close()
    await rename(part, path)
    return size
  } finally {
    for (const end of ['', '-wal', '-shm']) await rm(`${part}${end}`, { force: true })
  }
}

/** In one file, without a log beside it. @throws LockError `USAGE`, `FILE_UNREADABLE` for what is no database, or a damaged one */
function sound(path: string): DatabaseSync {
  try {
    const db = new DatabaseSync(path)
    db.exec('pragma journal_mode = delete')
    if (db.prepare('pragma integrity_check').get()?.['integrity_check'] === 'ok') return db
    db.close()
  } catch (cause) {
    throw new LockError('FILE_UNREADABLE', 'it is no database of a registry', { cause })
  }
  throw new LockError('FILE_UNREADABLE', 'it is a damaged database')
}

async function mustBeThere(path: string): Promise<void> {
  if (!(await isThere(path))) throw new LockError('FILE_UNREADABLE', `there is no \`${displaySafe(path, 300)}\``)
}

async function mustBeFree(path: string): Promise<void> {
  if (await isThere(path)) throw new LockError('FILE_PRESENT', `\`${displaySafe(path, 300)}\` is there already`)
}
