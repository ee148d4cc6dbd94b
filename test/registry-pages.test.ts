import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { block, linked, safeHref, shown } from '../registry-server/pages/shown.ts'
import { hasInvisible } from '../core/text.ts'
import { html } from 'hono/html'
import { admin, manifestOf, options, publication, registry, type Requests } from './registry-fixtures.ts'
import { act, fill, HOSTILE, NOTES, submit } from './registry-shelf.ts'

async function read(request: Requests, path: string, status = 200): Promise<string> {
  const response = await request(path)
  assert.equal(response.status, status, path)
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
  assert.equal(
    response.headers.get('content-security-policy'),
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  )
  return response.text()
}

test('no text becomes markup, and nothing in it stays hidden', async () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '&',
    '`',
    '\n',
    '\u200B',
    '\u202E',
    '\u2066',
    '\0',
    '<U+202E>',
    'a',
    '</pre>',
    '<mark>',
    '\uD800',
  )
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
  await fc.assert(
    fc.asyncProperty(text, async (hostile) => {
      for (const made of [
        html`<p title="${hostile.replaceAll(/[\0\u200B\u202E\u2066\n]/g, '')}">${shown(hostile)}</p>`,
        block(hostile),
        linked(hostile),
      ]) {
        const page = String(await made)
        const bare = page.replaceAll(/<\/?(?:p|span|mark)>|<p title="[^"<>]*">|<pre class="text">\n|<\/pre>\s*$/g, '')
        assert.doesNotMatch(bare, /[<>]/, page)
        assert.ok(!hasInvisible(page.replaceAll('\n', '')), page)
      }
    }),
  )
})

test('only https is followed', () => {
  for (const text of [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'http://acme.example',
    'data:text/html,x',
    '//acme.example',
    'https://user:x@acme.example',
    'x',
  ])
    assert.equal(safeHref(text), null, text)
  assert.equal(safeHref('https://acme.example/a b"'), 'https://acme.example/a%20b%22')
})

test('every page is there, and says what is the matter with a version', async () => {
  const request = registry()
  await fill(request)
  const banner = async (name: string): Promise<string> => {
    const page = await read(request, `/servers/com.acme/${name}/versions/1.0.0`)
    return /<div class="banner (\w+)">/.exec(page)?.[1] ?? ''
  }
  assert.deepEqual(await Promise.all(['bad', 'held', 'old', 'twin', 'notes'].map(banner)), [
    'revoked',
    'paused',
    'deprecated',
    'pending',
    '',
  ])
  const first = await read(request, '/')
  const next = /<a href="(\/\?cursor=[^"]+)"/.exec(first)?.[1]
  assert.match(await read(request, next ?? ''), /com\.acme\/z9/)
  assert.doesNotMatch(await read(request, '/?search=NOTES'), /com\.acme\/old/)
  assert.match(await read(request, '/pending'), /What changed since 1\.0\.0/)
  assert.match(await read(request, '/status'), /all of <code>com\.acme\/held<\/code>/)
  const version = await read(request, `/servers/${NOTES}/versions/1.0.0`)
  for (const part of [
    'alice, record',
    'mcp-lock pin notes --from-registry com.acme/notes@1.0.0',
    'c2sp.org/tlog-proof@v1',
    'com.acme/twin 1.0.0',
  ])
    assert.ok(version.includes(part), part)
  for (const name of ['bad', 'held', 'twin'])
    assert.doesNotMatch(await read(request, `/servers/com.acme/${name}/versions/1.0.0`), /--from-registry/, name)
  assert.match(await read(request, `/servers/com.acme/old/versions/1.0.0`), /--from-registry/)
  assert.match(await read(request, '/status'), /mcp-lock registry verify-log/)
  // Its own other version has the same definitions too.
  assert.doesNotMatch(/<h2 id="alike">.*?<\/section>/s.exec(version)?.[0] ?? 'none', /com\.acme\/notes|none/)
  const diff = await read(request, `/servers/${NOTES}/diff?from=1.0.0&to=1.1.0`)
  assert.match(diff, /Adds a note to <del>a<\/del> folder/)
  assert.match(await read(request, `/servers/${NOTES}/diff?from=1.0.0&to=1.0.0`), /Nothing that a client or a model sees has changed/)
})

test('a hostile server is shown and does nothing', async () => {
  const request = registry()
  await fill(request)
  for (const path of ['/', '/servers/com.acme/hostile', '/servers/com.acme/hostile/versions/1.0.0']) {
    const page = await read(request, path)
    assert.doesNotMatch(page, /<script|<img|onerror="|\u200B|\u202E/, path)
    assert.ok(page.includes('&lt;script&gt;'), path)
  }
  assert.ok(HOSTILE.includes('\u202E'))
})

test('what is nowhere is a page too, and the big red button is on each', async () => {
  const request = registry()
  await submit(request, publication(manifestOf()))
  for (const path of ['/servers/com.acme/none', `/servers/${NOTES}/versions/9.9.9`, `/servers/${NOTES}/diff?from=1.0.0`])
    await read(request, path, 404)
  await read(request, '/?limit=none', 400)
  const asked = async (init?: RequestInit): Promise<[number, string | null]> => {
    const response = await request('/serv', init)
    return [response.status, response.headers.get('content-type')]
  }
  assert.deepEqual(await asked({ headers: { accept: 'text/html,*/*;q=0.8' } }), [404, 'text/html; charset=utf-8'])
  assert.deepEqual(await asked(), [404, 'application/problem+json'])
  await act(request, admin, { action: 'pause', target: { kind: 'all' } })
  for (const path of ['/', '/pending', '/status', `/servers/${NOTES}`, '/servers/com.acme/none'])
    assert.match(await (await request(path)).text(), /The registry is paused\./, path)
})

test('a page does not wait for a store that is away', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { store } = options()
  const never = new Promise<never>(() => {})
  const request = registry({ store: { ...store, list: () => never, lastStatus: () => never } })
  const answered = request('/')
  t.mock.timers.tick(5_000)
  const response = await answered
  assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1'])
  assert.match(await response.text(), /<h1>Not now<\/h1>\s*<p>the store does not answer<\/p>/)
})
