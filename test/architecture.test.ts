/** The arrows between layers: `core/` is pure and knows no shell; nothing reaches into tests. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import manifest from '../package.json' with { type: 'json' }
import { VERSION } from '../cli/version.ts'

const root = join(import.meta.dirname, '..')

function sources(folder: string): [file: string, text: string][] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`${folder}/${file}`, readFileSync(join(root, folder, file), 'utf8')])
}

function imports(text: string): string[] {
  return [...text.matchAll(/^(?:import|export|\}) ?[^'\n]*from '([^']+)'|import\('([^']+)'\)/gm)].map(
    ([, one, other]) => one ?? other ?? '',
  )
}

test('core imports neither shells nor the outside world', () => {
  const allowed = new Set(['@renovatebot', 'semver', 'yaml', 'zod'])
  for (const [file, text] of sources('core')) {
    for (const name of imports(text)) {
      const isOwn = /^\.\/[\w-]+\.ts$/.test(name)
      assert.ok(isOwn || allowed.has(name.split('/')[0] ?? ''), `${file} imports ${name}`)
    }
  }
})

test('core reads neither process, clock nor chance, but for the built-in hash', () => {
  for (const [file, text] of sources('core')) {
    const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '').replace("process.getBuiltinModule('node:crypto')", '')
    assert.doesNotMatch(code, /\bprocess\.|Date\.now|new Date\(\)|Math\.random|performance\.|fetch\(/, file)
  }
})

test('shells import core and themselves, never tests', () => {
  for (const [file, text] of sources('cli')) {
    for (const name of imports(text)) assert.doesNotMatch(name, /\/(?:test|bench|examples|docs|dist)\//, `${file} imports ${name}`)
  }
})

test('the version is that of the package', () => assert.equal(VERSION, manifest.version))
