import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LockError } from '../core/codes/errors.ts'
import { parseCheckpoint } from '../core/signing/checkpoint.ts'

const ROOT = `${'A'.repeat(43)}=`
const NOTE = `rekor.example - 12\n42\n${ROOT}\n`
const LINE = '\u2014 rekor.example AAAAAAAAAAA=\n'

test('a checkpoint is a note of origin, size, root and what a log adds, with its signatures', () => {
  const { origin, size, root, signatures } = parseCheckpoint(`${NOTE}Timestamp: 1\n\n${LINE}\u2014 witness.example AAAAAAAA\n`)
  assert.deepEqual([origin, size, root], ['rekor.example - 12', '42', Buffer.alloc(32)])
  assert.deepEqual(
    signatures.map(({ name, bytes }) => [name, bytes.length]),
    [
      ['rekor.example', 8],
      ['witness.example', 6],
    ],
  )
})

test('what is not a signed note as it must be is no checkpoint', () => {
  for (const [why, text] of Object.entries({
    nothing: '',
    'no signature': `${NOTE}\n`,
    'no empty line': NOTE + LINE,
    'no origin': `\n42\n${ROOT}\n\n${LINE}`,
    'no size': `rekor.example\n${ROOT}\n\n${LINE}`,
    'a size of another spelling': `rekor.example\n042\n${ROOT}\n\n${LINE}`,
    'a size that no log has': `rekor.example\n${'9'.repeat(20)}\n${ROOT}\n\n${LINE}`,
    'a root that is no hash': `rekor.example\n42\nAAAA\n\n${LINE}`,
    'two empty lines': `${NOTE}\n\n${LINE}`,
    'no last line end': `${NOTE}\n${LINE.trimEnd()}`,
    'text behind': `${NOTE}\n${LINE}x\n`,
    'a hyphen for the dash': `${NOTE}\n- rekor.example AAAA\n`,
    'a carriage return': `${NOTE}\n${LINE.replace('\n', '\r\n')}`,
    'a signature that is no base64': `${NOTE}\n\u2014 rekor.example AAA\n`,
  }))
    assert.throws(
      () => parseCheckpoint(text),
      (error) => error instanceof LockError && error.code === 'LOG_ENTRY_INVALID',
      why,
    )
})
