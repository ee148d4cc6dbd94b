/** The program of a registry, in this process and in folders of the test. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { main } from '../registry-server/main.ts'
import { manifestOf, observer, post, publication } from './registry-fixtures.ts'

export type Ran = { readonly status: number; readonly out: string; readonly err: string }

export async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'registry-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

export async function run(cwd: string, words: string, stop = AbortSignal.abort(), env: Record<string, string> = {}): Promise<Ran> {
  let [out, err] = ['', '']
  const status = await main(words.split(' '), { cwd, env, stop, out: (text) => void (out += text), err: (text) => void (err += text) })
  return { status, out, err }
}

/** A registry of a folder, with one record. */
export async function published(cwd: string, more = '', until: Promise<unknown> = Promise.resolve()): Promise<void> {
  assert.equal((await run(cwd, 'init --origin registry.example/log --listen 127.0.0.1:0')).status, 0)
  const file = join(cwd, 'registry.yaml')
  const publisher = `publishers: [{ names: "com.acme/*", role: observer, signers: [{ key: ${JSON.stringify(observer.pem)} }] }]`
  await writeFile(file, (await readFile(file, 'utf8')).replace('publishers: []', publisher) + more)
  const stop = new AbortController()
  let out = ''
  const served = main(['serve'], { cwd, env: {}, stop: stop.signal, err: () => {}, out: (text) => void (out += text) })
  while (!out.includes('answers at')) await new Promise((resolve) => setTimeout(resolve, 5))
  const url = /http:\S+/.exec(out)?.[0] ?? ''
  const response = await fetch(`${url}/v1/statements`, post(publication(manifestOf())))
  assert.equal(response.status, 201, await response.text())
  await until
  stop.abort()
  assert.equal(await served, 0)
}
