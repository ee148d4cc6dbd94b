/** `backup` and `restore` of the embedded store. */
import { chmod, copyFile, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite'
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { sqliteFile } from './load.ts'
import { isThere, readConfig, type World } from './world.ts'

/** A whole copy, while the registry serves and writes. @throws LockError `USAGE`, `FILE_UNREADABLE`, `FILE_PRESENT` */
export async function backup(file: string, target: string, world: World): Promise<void> {
  const read = await readConfig(file, world)
  const source = sqliteFile(read, 'pg_dump --format=custom --file FILE URL')
  const path = resolve(world.cwd, target)
  await mustBeThere(source)
  await mustBeFree(path)
  const size = await finish(path, async (part) => {
    const db = new DatabaseSync(source, { readOnly: true, timeout: 5_000 })
    await copyDatabase(db, part).finally(() => db.close())
  })
  world.out(`${size} records in ${displaySafe(path, 300)}; the keys are not in it, keep them apart\n`)
}

/** Numbers of statuses that a backup may not know of; clients refuse lower ones than they have seen. */
const EPOCHS = 1_000_000

/** @throws LockError `USAGE`, `FILE_UNREADABLE`, `FILE_PRESENT` */
export async function restore(file: string, source: string, world: World): Promise<void> {
  const read = await readConfig(file, world)
  const target = sqliteFile(read, 'pg_restore --clean --if-exists --dbname URL FILE')
  const path = resolve(world.cwd, source)
  await mustBeThere(path)
  await mustBeFree(target)
  await mustBeFree(`${target}-wal`)
  const size = await finish(target, async (part) => {
    await copyFile(path, part)
    const db = opened(part)
    db.exec(`update epochs set epoch = epoch + ${EPOCHS}`)
    db.close()
  })
  world.out(
    `${size} records; run \`mcp-lock-registry verify-log\` before you serve them\n` +
      'clients that have seen a longer log refuse this one: docs/REGISTRY.md says what to tell them\n',
  )
}

/** A file appears whole and sound, or not at all. @returns records in it */
async function finish(path: string, write: (part: string) => Promise<void>): Promise<number> {
  const part = `${path}.part`
  try {
    await write(part)
    await chmod(part, 0o600)
    const db = opened(part)
    const row = db.prepare('select size from head').get()
    db.close()
    await rename(part, path)
    return Number(row?.['size'] ?? 0)
  } finally {
    await rm(part, { force: true })
  }
}

/** In one file, without a log beside it. @throws LockError `USAGE`, `FILE_UNREADABLE` for what is no database, or a damaged one */
function opened(path: string): DatabaseSync {
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
