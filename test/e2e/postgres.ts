/** A PostgreSQL of the tests' own: from the machine's programs, in a temporary folder, on a Unix socket. */
import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { postgresStore } from '../../registry-server/postgres.ts'
import type { Database } from './store-contract.ts'

const USER = 'mcp_lock'

/** The folder of `initdb` and `postgres`: `PG_BIN`, `PATH`, or where Debian has them, the newest first; null: nowhere. */
function findPrograms(): string | null {
  const debian = '/usr/lib/postgresql'
  const versions = listed(debian).toSorted((a, b) => Number(b) - Number(a))
  const folders = [
    process.env['PG_BIN'] ?? '',
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...versions.map((v) => join(debian, v, 'bin')),
  ]
  return folders.find((folder) => folder !== '' && ['initdb', 'postgres'].every((name) => isProgram(join(folder, name)))) ?? null
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

type Owner = { readonly uid?: number; readonly gid?: number }

/** PostgreSQL refuses to run as root. Null: there is nobody else. */
function findOwner(): Owner | null {
  if (process.getuid?.() !== 0) return {}
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // The next.
    }
  }
  return null
}

/** Why it cannot be started here; null: it can. */
export const POSTGRES_MISSING: string | null =
  process.platform === 'win32'
    ? 'PostgreSQL is not tried on Windows'
    : findPrograms() === null
      ? 'PostgreSQL is not installed: neither PG_BIN, PATH nor /usr/lib/postgresql has `initdb` and `postgres`'
      : findOwner() === null
        ? 'PostgreSQL does not run as root, and there is no user `postgres` or `nobody`'
        : null

export type Postgres = AsyncDisposable & {
  readonly urlOf: (database: string) => string
  /** An empty database. */
  readonly create: () => Promise<Database & { readonly url: string }>
  /** One statement, as the owner of everything. */
  readonly run: (text: string) => Promise<void>
  /** Ends it as a crash would, and starts it again. */
  readonly crash: () => Promise<void>
}

/** Runs a program until it is sent a line with the name of a signal, or whoever started it is gone, however that ended. */
const UNTIL_TOLD = `exec 3<&0
"$@" </dev/null 3<&- & program=$!
{ read -r signal; kill -"\${signal:-QUIT}" "$program"; } <&3 &
wait "$program"`

/** @param fsync `off`: nothing of the machine's power is cut, and the system keeps what was written */
export async function startPostgres({ fsync = 'off' }: { readonly fsync?: 'on' | 'off' } = {}): Promise<Postgres> {
  const programs = findPrograms()
  const owner = findOwner()
  if (programs === null || owner === null) throw new Error(POSTGRES_MISSING ?? '')
  const folder = mkdtempSync(join(tmpdir(), 'mcp-lock-pg-'))
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const inside = { cwd: folder, ...owner, env: { PATH: process.env['PATH'], LC_ALL: 'C' } }
  execFileSync(join(programs, 'initdb'), ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...inside,
    stdio: 'pipe',
  })

  let server: ChildProcessByStdio<Writable, null, null>
  const urlOf = (database: string): string => `postgres://${USER}@localhost/${database}?host=${encodeURIComponent(folder)}`

  async function start(): Promise<void> {
    const args = ['-D', data, '-k', folder, '-h', '', '-c', `fsync=${fsync}`, '-c', 'max_connections=100']
    server = spawn('/bin/sh', ['-c', UNTIL_TOLD, 'sh', join(programs ?? '', 'postgres'), ...args], {
      ...inside,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    for (let i = 0; i < 600; i++) {
      try {
        return await run('select 1')
      } catch (error) {
        if (server.exitCode !== null) throw new Error('PostgreSQL has ended', { cause: error })
        await sleep(50)
      }
    }
    throw new Error('PostgreSQL does not answer')
  }
  async function run(text: string): Promise<void> {
    const client = new pg.Client({ connectionString: urlOf('postgres') })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query(text)
    } finally {
      await client.end()
    }
  }
  async function stop(signal: 'QUIT' | 'INT'): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const exited = once(server, 'exit')
    server.stdin.end(`${signal}\n`)
    await exited
  }

  await start()
  let databases = 0
  return {
    urlOf,
    run,
    create: async () => {
      const name = `test${++databases}`
      await run(`create database ${name}`)
      const url = urlOf(name)
      return { url, open: () => postgresStore({ url, connections: 4 }), drop: () => run(`drop database ${name} with (force)`) }
    },
    crash: async () => {
      await stop('QUIT')
      await start()
    },
    [Symbol.asyncDispose]: async () => {
      await stop('INT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
