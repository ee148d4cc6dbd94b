import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Target } from '../../cli/capture/capture.ts'
import { DEFAULT_LIMITS, type Limits } from '../../cli/capture/limits.ts'
import { PROFILES } from '../../cli/capture/profiles.ts'
import { Conversation, type Session } from '../../cli/capture/session.ts'
import { LockError } from '../../core/codes/errors.ts'
import { member, type Json, type JsonObject } from '../../core/json/json.ts'
import { readSurface } from '../../core/surface/surface.ts'
import { ask, hostile } from '../capture.ts'

const hello = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'wire', version: '1.0.0' } }
const good = { name: 'good', inputSchema: { type: 'object' } }
const injected = { tools: [{ name: 'injected', inputSchema: { type: 'object' } }] }

type Server = (message: JsonObject, say: (message: Json) => void) => void
type Setting = { readonly limits?: Partial<Limits>; readonly root?: string }

/** One session with a server that is a function. */
async function converse(server: Server, { limits, root = process.cwd() }: Setting = {}): Promise<Session> {
  const talk = new Conversation({ profile: PROFILES[0], root, limits: { ...DEFAULT_LIMITS, ...limits }, resources: 'pin' })
  const say = (message: Json): void => talk.channel.receive(message)
  talk.channel.attach({
    send: (message) => {
      if (message['method'] === 'initialize') say({ jsonrpc: '2.0', id: message['id'] ?? null, result: hello })
      else server(message, say)
    },
    close: async () => {},
  })
  return talk.list('legacy', await talk.initialize())
}

/** Answers tools/list with what `answers` makes of its id. */
const listing =
  (answers: (id: number) => readonly Json[]): Server =>
  ({ id, method }, say) => {
    if (method === 'tools/list' && typeof id === 'number') for (const answer of answers(id)) say(answer)
  }

const answer = (id: Json, result: Json = { tools: [good] }): JsonObject => ({ jsonrpc: '2.0', id, result })
const names = (session: Session): string[] => Object.keys(readSurface(session.listing).tools ?? {})

describe('JSON-RPC', () => {
  const passedOver: { readonly [what: string]: (id: number) => readonly Json[] } = {
    'a notification with a result': (id) => [{ jsonrpc: '2.0', method: 'tools/list', result: injected }, answer(id)],
    'a request with a result': (id) => [{ jsonrpc: '2.0', id, method: 'tools/list', result: injected }, answer(id)],
    'what is no message': (id) => [null, true, 7, 'text', {}, answer(id)],
    'a last page whose cursor is null': (id) => [answer(id, { tools: [good], nextCursor: null })],
  }
  for (const [what, answers] of Object.entries(passedOver)) {
    test(`${what} changes nothing`, async () => assert.deepEqual(names(await converse(listing(answers))), ['good']))
  }

  const refused: { readonly [what: string]: (id: number) => readonly Json[] } = {
    'a second answer': (id) => [answer(id), answer(id, injected)],
    'an answer before the question': (id) => [answer(id + 1, injected), answer(id)],
    'answers in a batch': (id) => [[answer(id + 1, injected), answer(id), answer(id, injected)]],
    'a batch of one': (id) => [[answer(id)]],
    'an answer whose id is the text of a number': (id) => [answer(String(id), injected), answer(id)],
    'a result without an id': (id) => [{ jsonrpc: '2.0', result: injected }, answer(id)],
    'an answer whose id is null, a list or an object': (id) => [
      answer(null, injected),
      answer([id], injected),
      answer({ id }, injected),
      answer(id),
    ],
    'an answer with a member of its own': (id) => [{ ...(answer(id) as object), note: 1 }, answer(id, injected)],
    'an answer without its version': (id) => [{ id, result: { tools: [good] } }, answer(id, injected)],
    'a result and an error together': (id) => [{ ...answer(id), error: { code: -32603, message: 'no' } }],
    'neither a result nor an error': (id) => [{ jsonrpc: '2.0', id }],
    'an error without a code': (id) => [{ jsonrpc: '2.0', id, error: { message: 'no' } }],
    'a cursor that is a number': (id) => [answer(id, { tools: [good], nextCursor: 1 })],
    'a cursor that is an object': (id) => [answer(id, { tools: [good], nextCursor: {} })],
  }
  for (const [what, answers] of Object.entries(refused)) {
    test(`${what} is refused`, () => assert.rejects(converse(listing(answers)), { name: 'LockError', code: 'ANSWER_MALFORMED' }))
  }

  test('only requests with an id of a text or number are answered', async () => {
    const replies: (Json | undefined)[] = []
    await converse((message, say) => {
      if (message['method'] === undefined) return void replies.push(message['id'])
      for (const id of [null, {}, ['x'], true, 'a', 5]) say({ jsonrpc: '2.0', id, method: 'ping' })
      if (typeof message['id'] === 'number') say(answer(message['id']))
    })
    assert.deepEqual([...new Set(replies)], ['a', 5])
  })

  test('a flood of requests is refused', async () => {
    let replies = 0
    const flood: Server = (message, say) => {
      if (message['method'] === undefined) replies++
      if (message['method'] === 'tools/list') for (let id = 0; id < 5_000; id++) say({ jsonrpc: '2.0', id, method: 'ping' })
    }
    await assert.rejects(converse(flood), { name: 'LockError', code: 'ANSWER_TOO_LARGE' })
    assert.ok(replies <= 1_000, String(replies))
  })

  test('a revision without end is not repeated whole', async () => {
    const talk = new Conversation({ profile: PROFILES[0], root: '/', limits: DEFAULT_LIMITS, resources: 'pin' })
    talk.channel.attach({
      send: ({ id = null }) => talk.channel.receive(answer(id, { ...hello, protocolVersion: 'x'.repeat(1_000_000) })),
      close: async () => {},
    })
    await assert.rejects(talk.initialize(), (error: Error) => error instanceof LockError && error.message.length < 1_000)
  })
})

test('the root is told as a URL that leads back to it', async () => {
  const root = '/tmp/50%25 of #1?'
  let uri: Json | undefined
  const server: Server = (message, say) => {
    const roots = member(message['result'], 'roots')
    if (Array.isArray(roots)) uri = member(roots[0], 'uri')
    if (message['method'] !== 'tools/list') return
    say({ jsonrpc: '2.0', id: 'r', method: 'roots/list' })
    say(answer(message['id'] ?? null))
  }
  await converse(server, { root })
  assert.equal(uri, pathToFileURL(root).href)
})

describe('UI resources', () => {
  const tool = (i: number): Json => ({
    ...good,
    name: `t${i}`,
    _meta: { ui: { resourceUri: `ui://a/${i}` }, 'ui/resourceUri': `ui://b/${i}` },
  })
  let open = 0
  let most = 0
  const server: Server = ({ id, method, params }, say) => {
    if (id === undefined) return
    if (method === 'tools/list') return say(answer(id, { tools: Array.from({ length: 50 }, (_, i) => tool(i)) }))
    most = Math.max(most, ++open)
    setImmediate(() => {
      open--
      say(answer(id, { contents: [{ uri: member(params, 'uri') ?? null, text: '' }] }))
    })
  }
  test('are bounded as entries, not as pages', async () => {
    assert.equal(Object.keys((await converse(server, { limits: { pages: 2 } })).listing.ui).length, 100)
    await assert.rejects(converse(server, { limits: { items: 99 } }), { name: 'LockError', code: 'ANSWER_TOO_LARGE' })
  })
  test('are asked for a few at a time', () => assert.ok(most > 0 && most <= 16, String(most)))
})

describe('a program', () => {
  /** A program that leaves a file behind as soon as it runs. */
  function marking(t: TestContext, args: readonly string[] = []): { readonly target: Target; readonly mark: string } {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-lock-capture-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const mark = join(folder, 'started')
    const script = 'require("node:fs").writeFileSync(process.argv[1], ""); setInterval(() => {}, 1000)'
    const program = { command: process.execPath, args: ['-e', script, mark, ...args], cwd: folder, env: {}, secrets: [] }
    return { target: { kind: 'program', program }, mark }
  }

  for (const era of ['legacy', 'modern', null] as const) {
    test(`is not started after an interrupt (era ${era})`, async (t) => {
      const { target, mark } = marking(t)
      await assert.rejects(ask(target, { signal: AbortSignal.abort() }, era), { name: 'LockError', code: 'INTERRUPTED' })
      assert.ok(!existsSync(mark))
    })
  }

  for (const timeout of [Number.NaN, -1, 0, Number.POSITIVE_INFINITY, 3e9]) {
    test(`is not started with a time limit of ${timeout}`, async (t) => {
      const { target, mark } = marking(t)
      await assert.rejects(ask(target, { timeout }), { name: 'LockError', code: 'USAGE' })
      assert.ok(!existsSync(mark))
    })
  }

  test('is asked for its era in half the time, also where that is no whole number', async () => {
    assert.deepEqual(Object.keys((await ask(hostile('modern'), { timeout: 9_001 }, null)).tools ?? {}), ['good'])
  })

  test('that no operating system could start is refused', async (t) => {
    const { target } = marking(t, ['a\0b'])
    await assert.rejects(ask(target), { name: 'LockError', code: 'SERVER_START_FAILED' })
  })
})
