import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isClosureOf, readClosure } from '../core/packages/closure.ts'
import { sha256 } from '../core/json/digest.ts'
import type { Json } from '../core/json/json.ts'
import { formatJson } from '../core/json/notation.ts'
import { storeFolder } from '../cli/sources/store.ts'

type Entry = { readonly [member: string]: Json }
type Entries = { readonly [path: string]: Entry }

const held = (more: Entry = {}): Entry => ({ version: '1.0.0', integrity: 'sha512-AAAA', ...more })
const bundled = (more: Entry = {}): Entry => ({ version: '1.0.0', inBundle: true, ...more })

/** As npm writes one: only some of what is bundled is named, the rest is needed by it. */
const LOCK: Entries = {
  'node_modules/top': held({ bundleDependencies: ['@a/named', 'other'], dependencies: { '@a/named': '1', dep: '1' } }),
  'node_modules/top/node_modules/@a/named': bundled({ dependencies: { needed: '1' }, peerDependencies: { peer: '1' } }),
  'node_modules/top/node_modules/@a/named/node_modules/inner': bundled({ optionalDependencies: { deep: '1' } }),
  'node_modules/top/node_modules/needed': bundled(),
  'node_modules/top/node_modules/peer': bundled(),
  'node_modules/top/node_modules/deep': bundled(),
  'node_modules/top/node_modules/other': bundled(),
  'node_modules/dep': held(),
}

function lockfile(packages: Entries): string {
  return JSON.stringify({ name: 'x', lockfileVersion: 3, requires: true, packages: { '': { name: 'x' }, ...packages } })
}

/** Whether a closure is accepted, both when it is made and when it is read from beside the lock. */
function accepted(packages: Entries): boolean {
  const { package: pinned, manifest } = readClosure('top', lockfile(LOCK))
  const text = formatJson({ lockfileVersion: 3, name: 'closure', packages: { '': {}, ...packages }, requires: true })
  const read = isClosureOf({ ...pinned, closure: sha256(text) }, manifest, text)
  let made = true
  try {
    readClosure('top', lockfile(packages))
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'PACKAGE_UNUSABLE')
    made = false
  }
  assert.equal(made, read)
  return read
}

test('what another package bundles needs no integrity of its own', () => {
  assert.ok(accepted(LOCK))
})

test('a package has its place below `node_modules`', () => {
  const paths = ['node_modules/../x', 'x', '../x', 'node_modules/top/../../x', 'node_modules/x/node_modules/..', 'node_modules/@a/..', '/x']
  for (const path of [...paths, 'node_modules/.bin', 'node_modules/a\\..\\b']) assert.ok(!accepted({ ...LOCK, [path]: held() }), path)
  for (const path of ['node_modules/_x', 'node_modules/@a/b/node_modules/@c/d.e']) assert.ok(accepted({ ...LOCK, [path]: held() }), path)
})

test('a closure that something in it has no integrity for is none, and `inBundle` alone does not take its place', () => {
  const top = LOCK['node_modules/top'] ?? {}
  const { bundleDependencies: _, ...plain } = top
  const { integrity: __, ...loose } = top
  const cases: { readonly [why: string]: Entries } = {
    'from elsewhere, without one': { ...LOCK, 'node_modules/dep': { version: '1.0.0', resolved: 'https://elsewhere.example/x.tgz' } },
    'beside the others': { ...LOCK, 'node_modules/dep': bundled() },
    'the top itself': { ...LOCK, 'node_modules/top': { ...loose, inBundle: true } },
    'below one that bundles nothing': { ...LOCK, 'node_modules/dep/node_modules/x': bundled() },
    'below one that bundles others': { ...LOCK, 'node_modules/top/node_modules/x': bundled() },
    'needed by one outside the bundle': {
      ...LOCK,
      'node_modules/dep': held({ dependencies: { x: '1' } }),
      'node_modules/top/node_modules/x': bundled(),
    },
    'the bundler names none': { ...LOCK, 'node_modules/top': plain },
    'a bundler that is bundled itself, in nothing': {
      ...LOCK,
      'node_modules/top/node_modules/x': bundled({ bundleDependencies: ['y'] }),
      'node_modules/top/node_modules/x/node_modules/y': bundled(),
    },
    'a bundler without an integrity': {
      ...LOCK,
      'node_modules/x': bundled({ bundleDependencies: ['y'] }),
      'node_modules/x/node_modules/y': bundled(),
    },
    'with a place to fetch it from': {
      ...LOCK,
      'node_modules/top/node_modules/other': bundled({ resolved: 'https://elsewhere.example/other.tgz' }),
    },
    'not a Boolean': { ...LOCK, 'node_modules/top/node_modules/other': bundled({ inBundle: 'yes' }) },
    'a name that is a part of the path': { ...LOCK, 'node_modules/top/node_modules/x/node_modules/other': bundled() },
    'by a root that bundles': { ...LOCK, '': { bundleDependencies: ['dep'] }, 'node_modules/dep': bundled() },
  }
  for (const [why, packages] of Object.entries(cases)) assert.equal(accepted(packages), false, why)
  const { package: pinned, manifest } = readClosure('top', lockfile(LOCK))
  assert.ok(!isClosureOf({ ...pinned, closure: sha256('not JSON') }, manifest, 'not JSON'))
})

test("the store lies in the user's cache folder, never in the current one", { skip: process.platform === 'win32' }, () => {
  const usual = join(homedir(), '.cache', 'mcp-lock', 'store')
  assert.equal(storeFolder({ XDG_CACHE_HOME: '/var/cache/me' }, 'linux'), '/var/cache/me/mcp-lock/store')
  for (const named of ['', '.', 'cache', './cache']) assert.equal(storeFolder({ XDG_CACHE_HOME: named }, 'linux'), usual, named)
  assert.equal(storeFolder({}, 'linux'), usual)
  assert.equal(storeFolder({ LOCALAPPDATA: 'cache' }, 'win32'), join(homedir(), 'AppData', 'Local', 'mcp-lock', 'store'))
})
