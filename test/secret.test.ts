import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuseSecrets } from '../core/secret.ts'

test('credentials in words are refused, and not repeated', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  for (const words of [
    [token],
    ['--token', 'abc'],
    ['--api-key=abc'],
    ['--github-token', 'x'],
    ['postgres://me:pw@db/x'],
    [`--header=Authorization: Bearer ${token}`],
  ]) {
    assert.throws(
      () => refuseSecrets(words),
      (error: Error) => {
        assert.match(error.message, /^argument \d looks like a credential$/)
        return true
      },
    )
  }
})

test('variables, and words that only look like a flag, are not', () => {
  for (const words of [
    ['--token', '${env:TOKEN}'],
    ['--api-key=${env:KEY}'],
    ['--token', '--verbose'],
    ['-y', 'pkg@1.2.3', '.'],
    ['https://a.example/x@y'],
    ['--author=me'],
    ['--tokens=5'],
  ]) {
    refuseSecrets(words)
  }
})
