/** The arrows between rooms: each file imports only its own room and those before it in the list; nothing reaches into tests. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { test } from 'node:test'
import manifest from '../package.json' with { type: 'json' }
import { VERSION } from '../core/version.ts'

const root = join(import.meta.dirname, '..')

const CORE = [
  'core/text.ts',
  'core/codes',
  'core/json',
  'core/identity',
  'core/log',
  'core/launch',
  'core/packages',
  'core/surface',
  'core/policy',
  'core/lock',
  'core/compare',
  'core/signing',
  'core/registry',
  'core/index.ts',
  'core/version.ts',
]
const CLI = [
  'cli/world',
  'cli/network',
  'cli/tuf',
  'cli/login',
  'cli/capture',
  'cli/sources',
  'cli/locks',
  'cli/clients',
  'cli/project',
  'cli/registry',
  'cli/starting',
  'cli/report',
  'cli/checking',
  'cli/signing',
  'cli/pinning',
  'cli/publishing',
  'cli/commands',
  'cli/flags',
  'cli/main.ts',
  'cli/program.ts',
  'cli/start.ts',
]
const ROOMS = [...CORE, ...CLI]

function sources(folder: string): [file: string, text: string][] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`${folder}/${file.replaceAll('\\', '/')}`, readFileSync(join(root, folder, file), 'utf8')])
}

function imports(text: string): string[] {
  return [...text.matchAll(/^(?:import|export|\}) ?[^'\n]*from '([^']+)'|import\('([^']+)'\)/gm)].map(
    ([, one, other]) => one ?? other ?? '',
  )
}

/** The room's place in the list. */
function floorOf(path: string): number {
  const floor = ROOMS.indexOf(path.split('/').slice(0, 2).join('/'))
  assert.notEqual(floor, -1, `${path} is in no room of the list`)
  return floor
}

test('a room imports only those before it', () => {
  for (const [file, text] of [...sources('core'), ...sources('cli')]) {
    for (const name of imports(text).filter((name) => name.startsWith('.'))) {
      const target = posix.join(posix.dirname(file), name)
      assert.ok(floorOf(target) <= floorOf(file), `${file} imports ${target}`)
    }
  }
})

test('the registry server imports core and itself, and no other shell imports it', () => {
  for (const [file, text] of sources('registry-server')) {
    for (const name of imports(text).filter((name) => name.startsWith('.'))) {
      const target = posix.join(posix.dirname(file), name)
      assert.match(target, /^(?:core|registry-server)\//, `${file} imports ${target}`)
    }
  }
})

test('core imports nothing of the outside world', () => {
  const allowed = new Set(['@renovatebot', '@sigstore', 'diff', 'semver', 'yaml', 'zod'])
  for (const [file, text] of sources('core')) {
    for (const name of imports(text)) {
      assert.ok(name.startsWith('.') || allowed.has(name.split('/')[0] ?? ''), `${file} imports ${name}`)
    }
  }
})

test('core reads neither process, clock nor chance, but for the built-in hash', () => {
  for (const [file, text] of sources('core')) {
    const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '').replace("process.getBuiltinModule('node:crypto')", '')
    assert.doesNotMatch(code, /\bprocess\.|Date\.now|new Date\(\)|Math\.random|performance\.|fetch\(/, file)
  }
})

test('the version is that of the package', () => assert.equal(VERSION, manifest.version))
