import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passedInputs } from '../cli/starting/passed-words.ts'

const LAUNCH = { command: 'npx', args: ['-y', 'pkg@1.0.0', '--key=${input:key}', '${env:A}/${input:b}', '${$}{x}.${input:c}'] }

const inputs = (line: string): object => Object.fromEntries(passedInputs(LAUNCH, line.split(' ')))

test('what the client asked its user for is read off the words that it passed', () => {
  assert.deepEqual(inputs('cmd /c npx pkg --key=a=b x/y ${x}.z'), { key: 'a=b', b: 'y', c: 'z' })
})

test('words that are not as the launch says give nothing', () => {
  assert.deepEqual(inputs('npx -y pkg --other=a x'), {})
  assert.deepEqual(inputs('npx -y pkg --other=a x/y ${x}_z'), { b: 'y' })
  assert.deepEqual(Object.fromEntries(passedInputs(LAUNCH, null)), {})
  assert.deepEqual(Object.fromEntries(passedInputs({ url: 'https://example.com/' }, ['x'])), {})
})
