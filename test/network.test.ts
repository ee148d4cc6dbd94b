import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Response } from 'undici'
import { LockError } from '../core/codes/errors.ts'
import { connectionCode, ProxyFailure, reaching } from '../cli/network/failure.ts'
import { exchange } from '../cli/network/exchange.ts'
import { networkOf, retryAfter, type Network } from '../cli/network/network.ts'

const withCode = (code: string, message = 'sesame') => Object.assign(new Error(message), { code })

test('what fails on the way is told by codes and hosts alone', async () => {
  const fail = (cause: unknown) => reaching(new URL('https://mcp.test/sesame'), new AbortController().signal, () => Promise.reject(cause))
  for (const [cause, code, said] of [
    [withCode('ENOTFOUND'), 'HOST_NOT_FOUND', /`mcp\.test`: ENOTFOUND/],
    [withCode('EAI_AGAIN'), 'HOST_NOT_FOUND', /EAI_AGAIN/],
    [new AggregateError([withCode('ECONNREFUSED'), withCode('ENETUNREACH')]), 'CONNECTION_REFUSED', /ECONNREFUSED/],
    [withCode('ETIMEDOUT'), 'SERVER_TIMEOUT', /ETIMEDOUT/],
    [withCode('SELF_SIGNED_CERT_IN_CHAIN'), 'TLS_UNTRUSTED', /SELF_SIGNED/],
    [new TypeError('fetch failed', { cause: withCode('CERT_HAS_EXPIRED') }), 'TLS_UNTRUSTED', /EXPIRED/],
    [withCode('ECONNRESET'), 'SERVER_UNREACHABLE', /ECONNRESET/],
    [new ProxyFailure('proxy.test:8080', withCode('ENOTFOUND')), 'PROXY_FAILED', /the proxy `proxy\.test:8080`.*ENOTFOUND/],
    [withCode('UND_ERR_ABORTED', 'Proxy response (403) !== 200 when HTTP Tunneling'), 'PROXY_FAILED', /403/],
    [new Error('sesame'), 'SERVER_UNREACHABLE', /cannot be made/],
    ['sesame', 'SERVER_UNREACHABLE', /cannot be made/],
  ] as const) {
    await assert.rejects(fail(cause), (error) => {
      assert.ok(error instanceof LockError)
      assert.equal(error.code, code)
      assert.match(error.message, said)
      assert.doesNotMatch(error.message, /sesame/)
      return true
    })
  }
  const own = new LockError('ANSWER_TOO_LARGE', 'x')
  await assert.rejects(fail(own), own)
})

test('only codes of connections have a meaning', () => {
  assert.equal(connectionCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'TLS_UNTRUSTED')
  assert.equal(connectionCode('constructor'), null)
  assert.equal(connectionCode('E404'), null)
})

test('Retry-After is a number of seconds or a date', () => {
  const now = Date.UTC(2026, 0, 1)
  assert.equal(retryAfter('0', now), 0)
  assert.equal(retryAfter(' 120 ', now), 120_000)
  assert.equal(retryAfter('Thu, 01 Jan 2026 00:01:00 GMT', now), 60_000)
  assert.equal(retryAfter('Thu, 01 Jan 2015 00:00:00 GMT', now), 0)
  for (const text of [null, '', 'soon', '-1', '1.5', '2026-01-01', '99999999999']) assert.equal(retryAfter(text, now), null)
})

test('a proxy that is none is said, and its words are not', async () => {
  await assert.rejects(networkOf({ HTTPS_PROXY: 'http://user:sesame@' }), (error) => {
    assert.ok(error instanceof LockError)
    return error.code === 'PROXY_FAILED' && !error.message.includes('sesame')
  })
})

test('an answer is bounded, and of a failure the beginning is enough', async () => {
  const answering = (status: number): Network => ({ request: () => Promise.resolve(new Response('x'.repeat(200_000), { status })) })
  const bounds = { signal: new AbortController().signal, timeout: 10_000, most: 100_000 }
  const url = new URL('https://mcp.test/sesame')
  await assert.rejects(exchange(url, {}, bounds, answering(200)), {
    code: 'ANSWER_TOO_LARGE',
    message: /^`mcp\.test` answered more than 100000/,
  })
  assert.equal((await exchange(url, {}, { ...bounds, most: 200_000 }, answering(200))).body.length, 200_000)
  assert.equal((await exchange(url, {}, bounds, answering(404))).body.length, 64 * 1024)
})
