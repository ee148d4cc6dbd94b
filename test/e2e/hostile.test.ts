import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { LockError } from '../../core/codes/errors.ts'
import { ask, hostile } from '../capture.ts'

const refused: { readonly [mode: string]: string } = {
  'duplicate-keys': 'JSON_DUPLICATE_KEY',
  'escaped-member': 'JSON_DUPLICATE_KEY',
  'far-indented': 'ANSWER_MALFORMED',
  'foreign-id': 'ANSWER_MALFORMED',
  undeclared: 'ANSWER_MALFORMED',
  'duplicate-names': 'DUPLICATE_NAME',
  'endless-line': 'ANSWER_TOO_LARGE',
  'endless-pages': 'PAGES_ENDLESS',
  'endless-tools': 'ANSWER_TOO_LARGE',
  'lone-surrogate': 'JSON_LONE_SURROGATE',
  'many-resources': 'ANSWER_TOO_LARGE',
  'million-tools': 'ANSWER_TOO_LARGE',
  'no-array': 'ANSWER_MALFORMED',
  'no-name': 'ANSWER_MALFORMED',
  'not-utf8': 'JSON_NOT_UTF8',
  'proto-key': 'JSON_PROTO_KEY',
  'proto-name': 'JSON_PROTO_KEY',
  'repeated-cursor': 'PAGES_ENDLESS',
  'secret-stderr': 'SERVER_EXITED',
  deep: 'JSON_TOO_DEEP',
  storm: 'SURFACE_RESTLESS',
  'dies-mid-list': 'SERVER_EXITED',
}

describe('a server that answers so is refused', { concurrency: 2 }, () => {
  for (const [mode, code] of Object.entries(refused)) {
    test(mode, async () => {
      const before = process.memoryUsage().rss
      await assert.rejects(ask(hostile(mode, '', { API_TOKEN: 'tok-123456' }), { timeout: 20_000 }), (error: unknown) => {
        assert.ok(error instanceof LockError, String(error))
        assert.equal(error.code, code, error.message)
        assert.doesNotMatch(error.message, /tok-123456/)
        return true
      })
      assert.ok(process.memoryUsage().rss - before < 400 * 1024 * 1024, 'memory stays bounded')
    })
  }

  test('one that never answers, or too late, is given up in time', async () => {
    for (const target of [hostile('never-answers'), hostile('no-handshake'), hostile('late-answer', '60000')]) {
      await assert.rejects(ask(target, { timeout: 700 }), { code: 'SERVER_TIMEOUT' })
    }
  })
})

describe('a server that answers so is read', { concurrency: 2 }, () => {
  const tools = async (mode: string, parameter = ''): Promise<string[]> => {
    const list = (await ask(hostile(mode, parameter), { timeout: 20_000 })).tools ?? {}
    return Object.keys(list)
  }
  test('noise on stdout and 100 MB on stderr', async () => assert.deepEqual(await tools('noise', '100'), ['good']))
  test('a list that settles after two announcements', async () => assert.deepEqual(await tools('settles-late'), ['good']))
  test('ping and roots/list are answered', async () => assert.deepEqual(await tools('pings'), ['good']))
  test('one that exits on a request it does not know', async () => {
    const surface = await ask(hostile('exits-on-unknown'), {}, null)
    assert.deepEqual(Object.keys(surface.tools ?? {}), ['good'])
  })
  test('one of the modern era, found without being told', async () => {
    const surface = await ask(hostile('modern'), {}, null)
    assert.deepEqual(Object.keys(surface.tools ?? {}), ['good'])
    assert.deepEqual(surface.serverInfo, { name: 'modern', version: '2.0.0' })
  })
  test('one that left the era it was pinned in', async () => {
    assert.deepEqual(Object.keys((await ask(hostile('modern'), {}, 'legacy')).tools ?? {}), ['good'])
    assert.deepEqual(Object.keys((await ask(hostile('honest'), {}, 'modern')).tools ?? {}), ['good'])
  })
  test('the pages that tools show in the host, by their hash', async () => {
    const { ui } = await ask(hostile('ui'))
    const digest = 'sha256:a5652be1ca864d36d25cfb54a41f384e2de1b3acf7513a925d72ed7258fdc0ae'
    assert.deepEqual(ui, {
      'ui://a/page': [{ uri: 'ui://a/page', mimeType: 'text/html', text: { $bytes: { digest, size: 12 } } }],
      'ui://a/gone': { $failed: -32002 },
    })
  })
  test('keys that look like our markers', async () => {
    const surface = await ask(hostile('marker-keys'))
    assert.match(
      JSON.stringify(surface.tools),
      /"\$\$lines":\{"definition":\{"name":"\$lines","\$\$lines":\["a","b"\],"\$\$number":"1e\+400","\$\$\$lines":1\}/,
    )
  })
  test('numbers that a double cannot hold', async () => {
    const text = JSON.stringify((await ask(hostile('numbers'))).tools)
    for (const number of ['9.223372036854775807e+18', '1e+400', '1e+999999999']) assert.ok(text.includes(`{"$number":"${number}"}`), text)
    assert.match(text, /"zero":0/)
  })
  test('names that every object inherits', async () => assert.deepEqual(await tools('constructor-key'), ['constructor']))
  test('an error for a declared list is recorded, and is not an empty list', async () => {
    assert.deepEqual((await ask(hostile('list-error'))).tools, { $failed: -32603 })
  })
})

test('nothing that a server started is left behind', { skip: process.platform === 'win32' ? 'there is no ps' : false }, async () => {
  const mark = randomUUID()
  await ask(hostile('leaves-children', mark))
  const left = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((row) => row.includes(mark))
  assert.deepEqual(left, [])
})
