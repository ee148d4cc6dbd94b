/** Which database the program opens, makes, and refuses. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { folder, published, run } from './registry-running.ts'

const ANY = '--listen 127.0.0.1:0'

/** Of `registry.yaml`. */
async function change(cwd: string, from: string | RegExp, to: string): Promise<void> {
  const file = join(cwd, 'registry.yaml')
  const text = await readFile(file, 'utf8')
  assert.match(text, new RegExp(from))
  await writeFile(file, text.replace(from, to))
}

test('init makes the database, once; nothing else makes one', async (t) => {
  const cwd = await folder(t)
  assert.match((await run(cwd, `init ${ANY}`)).out, /an empty database/)
  assert.match((await run(cwd, 'verify-log')).out, /^0 records/)
  assert.match((await run(cwd, 'init')).err, /FILE_PRESENT/)
  for (const empty of [false, true]) {
    for (const name of await readdir(cwd)) if (name.startsWith('registry.db')) await rm(join(cwd, name))
    if (empty) await writeFile(join(cwd, 'registry.db'), '')
    for (const words of ['serve', 'verify-log', 'migrate', 'backup copy.db']) {
      if (empty && words.startsWith('backup')) continue
      const { status, err } = await run(cwd, words)
      assert.deepEqual([status, /DATABASE_MISSING\]\n.*`mcp-lock-registry init` makes it/s.test(err)], [2, true], `${words}: ${err}`)
    }
    assert.deepEqual(await readdir(cwd), ['keys', ...(empty ? ['registry.db'] : []), 'registry.yaml'])
  }
  assert.match((await run(cwd, 'init')).out, /made the database that the configuration names/)
  assert.equal((await run(cwd, 'serve')).status, 0)
  await rm(join(cwd, 'registry.db'))
  assert.equal((await run(cwd, 'serve --init')).status, 0)
})

test('a database is of the log that used it first, by name and by key', async (t) => {
  const cwd = await folder(t)
  await published(cwd)
  await run(cwd, 'backup copy.db')
  const key = await readFile(join(cwd, 'keys/log.pem'))
  await run(cwd, `init --config other/registry.yaml --origin other.example/log ${ANY}`)
  const refused = async (): Promise<void> => {
    for (const words of ['serve', 'serve --init', 'verify-log', 'migrate', 'backup another.db', 'init']) {
      const { status, err } = await run(cwd, words)
      assert.deepEqual(
        [status, /is of the log `registry\.example\/log\+.*\[DATABASE_OTHER\]\n.*put back/s.test(err)],
        [2, true],
        `${words}: ${err}`,
      )
    }
    await rename(join(cwd, 'registry.db'), join(cwd, 'away.db'))
    assert.match((await run(cwd, 'restore copy.db')).err, /DATABASE_OTHER/)
    await rename(join(cwd, 'away.db'), join(cwd, 'registry.db'))
  }
  await change(cwd, 'registry.example/log', 'another.example/log')
  await refused()
  await change(cwd, 'another.example/log', 'registry.example/log')
  await writeFile(join(cwd, 'keys/log.pem'), await readFile(join(cwd, 'other/keys/log.pem')))
  await refused()
  await writeFile(join(cwd, 'keys/log.pem'), key)
  assert.match((await run(cwd, 'verify-log')).out, /^1 records: every hash/)
  assert.deepEqual(
    (await readdir(cwd)).filter((name) => name.endsWith('.db')),
    ['copy.db', 'registry.db'],
  )
})

test('nothing is restored in the place of a database that is still served', async (t) => {
  const cwd = await folder(t)
  const { promise, resolve } = Promise.withResolvers<void>()
  const served = published(cwd, '', promise)
  while (!(await run(cwd, 'verify-log')).out.startsWith('1 records'));
  await run(cwd, 'backup copy.db')
  for (const name of await readdir(cwd)) if (name.startsWith('registry.db')) await rm(join(cwd, name))
  const { status, err } = await run(cwd, 'restore copy.db')
  resolve()
  await served
  assert.deepEqual([status, /DATABASE_SERVED\]\n {2}stop every server/.test(err)], [3, true], err)
  assert.match((await run(cwd, 'restore copy.db')).out, /^1 records/)
  assert.equal((await run(cwd, 'serve')).status, 0)
})

test('a database from before remembers the log that it is opened with', async (t) => {
  const cwd = await folder(t)
  await published(cwd)
  const db = new DatabaseSync(join(cwd, 'registry.db'))
  db.exec('drop table log; pragma user_version = 2')
  db.close()
  assert.match((await run(cwd, 'migrate')).out, /with 1 records/)
  await change(cwd, 'registry.example/log', 'another.example/log')
  assert.match((await run(cwd, 'serve')).err, /DATABASE_OTHER/)
})

test('what the system refuses is said with what to do', async (t) => {
  const cwd = await folder(t)
  await run(cwd, `init ${ANY}`)
  const taken = createServer()
  await once(taken.listen(0, '127.0.0.1'), 'listening')
  t.after(() => taken.close())
  const { port } = taken.address() as AddressInfo
  await mkdir(join(cwd, 'd'))
  const [LISTENS, STORE] = [/(?<=listen: ).*/, /(?<=store: ).*/]
  for (const [from, to, said] of [
    [LISTENS, `127.0.0.1:${port}`, /`127\.0\.0\.1:\d+`: something else listens there \[LISTEN_FAILED\]/],
    [LISTENS, '192.0.2.1:0', /this machine has no such address \[LISTEN_FAILED\]/],
    [LISTENS, '127.0.0.1:99999', /line 2.*at most 65535 \[REGISTRY_CONFIG_INVALID\]/],
    [LISTENS, '127.0.0.1:0', /^$/],
    [STORE, '{ sqlite: none/r.db }', /there is no .* \[DATABASE_MISSING\]/],
    [STORE, '{ sqlite: d }', /`.*d`: unable to open database file \[DATABASE_UNUSABLE\]/],
    [STORE, '{ sqlite: registry.yaml }', /file is not a database \[DATABASE_UNUSABLE\]/],
    [STORE, '{ postgres: { variable: URL } }', /store\.postgres: expected the URL of a database.*\[REGISTRY_CONFIG_INVALID\]/],
  ] as const) {
    await change(cwd, from, to)
    const { err } = await run(cwd, 'serve', AbortSignal.abort(), { URL: 'hunter2' })
    assert.match(err.replaceAll(/^\{.*\}\n/gm, ''), said, to)
    assert.doesNotMatch(err, /hunter2/)
  }
  await change(cwd, STORE, '{ sqlite: none/r.db }')
  assert.match((await run(cwd, 'init')).err, /unable to open database file \[DATABASE_UNUSABLE\]/)
})
