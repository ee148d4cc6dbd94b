/** A lock with any unit changed is another file, and no lock. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseStrict } from '../../core/json/json.ts'
import { formatLock, parseLock, sealPin } from '../../core/lock/lockfile.ts'
import { readSurface } from '../../core/surface/surface.ts'

const SMALL = formatLock({
  lockfileVersion: 1,
  servers: {
    a: sealPin({
      observed: { era: 'legacy', placeholders: [], profile: 1, protocolVersion: '2025-11-25' },
      source: { launch: { args: ['a', 'a\nb'], command: 'node' }, transport: 'stdio' },
      surface: readSurface({
        handshake: { method: 'initialize', result: parseStrict('{"capabilities":{}}') },
        lists: { tools: { pages: [parseStrict('{"tools":[{"name":"t","description":"x\\ny","n":1e400}]}')] } },
        ui: {},
      }),
    }),
  },
})
const UNITS = ['x', '1', '0', '"', '\\', '\n', ' ', '{', ',', '\u200b', '\ud800', '']

test('a small lock with any unit changed, removed or added is refused', () => {
  assert.equal(formatLock(parseLock(SMALL)), SMALL)
  let refused = 0
  const refuse = (text: string): void => {
    if (text === SMALL) return
    assert.throws(() => parseLock(text), { code: /^LOCK_/ }, text)
    refused++
  }
  for (let at = 0; at < SMALL.length; at++) {
    if (outsideTheDigests(at)) continue
    const code = SMALL.charCodeAt(at)
    for (const unit of [...UNITS, String.fromCharCode(code ^ 1), String.fromCharCode(code ^ 0x20)]) {
      refuse(SMALL.slice(0, at) + unit + SMALL.slice(at + 1))
      refuse(SMALL.slice(0, at) + unit + SMALL.slice(at))
    }
  }
  refuse(`${SMALL}\n`)
  refuse(SMALL.slice(0, -1))
  assert.ok(refused > 20 * SMALL.length)
})

/** The name of the server, and `observed`, are not covered by a digest: another value there is another lock. */
function outsideTheDigests(at: number): boolean {
  const line = SMALL.slice(SMALL.lastIndexOf('\n', at - 1) + 1, SMALL.indexOf('\n', at))
  return /^ +"(?:a|profile|protocolVersion)": /.test(line)
}
