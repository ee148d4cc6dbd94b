import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Json } from '../../core/json/json.ts'
import { checkLockShape } from '../../core/lock/lock-shape.ts'
import { parseLock } from '../../core/lock/lockfile.ts'
import { formatJson } from '../../core/json/notation.ts'
import { LockError } from '../../core/codes/errors.ts'
import { readVectors, readVectorText } from '../vectors/read.ts'

const schema: object = JSON.parse(readFileSync(`${import.meta.dirname}/../../schemas/mcp.lock.schema.json`, 'utf8'))
const fits = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)
const valid = readVectorText('locks/valid.lock')
const lock = parseLock(valid) as unknown as Json

/** Whether the code accepts the shape; `value` is without `$lines`. */
function shaped(value: Json): boolean {
  try {
    checkLockShape(value)
    return true
  } catch (error) {
    if (error instanceof LockError && error.code === 'LOCK_INVALID') return false
    throw error
  }
}

/** Whether the schema accepts the same as it would stand in the file. */
function described(value: Json): boolean {
  return fits(inFile(value))
}

function inFile(value: Json): Json {
  return JSON.parse(formatJson(value)) as Json
}

test('a lock has the shape that the schema describes', () => {
  for (const text of [valid, readVectorText('locks/empty.lock')]) {
    assert.ok(fits(JSON.parse(text)), JSON.stringify(fits.errors))
    parseLock(text)
  }
})

type Parent = Record<string, unknown>
type Path = readonly string[]

/** Every member of every object and array of the lock. */
function places(): { readonly pointer: string; readonly path: Path }[] {
  const found: { readonly pointer: string; readonly path: Path }[] = []
  const visit = (value: unknown, path: Path): void => {
    if (typeof value !== 'object' || value === null) return
    for (const key of Object.keys(value)) {
      const here = [...path, key]
      found.push({ pointer: `/${here.join('/')}`, path: here })
      visit((value as Parent)[key], here)
    }
  }
  visit(lock, [])
  return found
}

function parentAt(root: Json, path: Path): Parent {
  return path.slice(0, -1).reduce((parent, key) => parent[key] as Parent, root as unknown as Parent)
}

/** A copy with an edit at a place. */
function edited(path: Path, edit: (parent: Parent, key: string) => void): Json {
  const copy: Json = structuredClone(lock)
  edit(parentAt(copy, path), path.at(-1) as string)
  return copy
}

const VALUES: readonly unknown[] = [
  null, true, false, 0, 1, 2, -1, 0.5, 2 ** 53, '', 'x', 'a\nb', [], ['a'], ['a', 'a'], [1], {}, { a: 1 },
  { $number: '1e+400' }, { $number: '1' }, { $failed: -32601 }, { $failed: 'x' }, { $failed: 1, a: 1 },
  { $bytes: { digest: `sha256:${'0'.repeat(64)}`, size: 0 } }, { $bytes: { size: 0 } }, { $volatile: { type: 'uuid' } }, { $volatile: { type: 'any' } },
  { $volatile: { type: 'integer', min: 1, max: 2, prefix: 'a\n' } }, { $volatile: { type: 'uuid', other: 1 } }, { $number: '1e+400', a: 1 },
  `mcl1:${'0'.repeat(64)}`, `mcl1:${'0'.repeat(63)}`, `sha256:${'0'.repeat(64)}`, `mcl1:${'0'.repeat(64)}\n`,
] // prettier-ignore
const WRITTEN = new Map(VALUES.map((value) => [value, inFile(value as Json)]))

/** What only the code can see: names that a map's key repeats, and the order of names. */
function beyondSchema(pointer: string): boolean {
  if (/\/(?:placeholders|env|headers)\/\d+$/.test(pointer)) return true
  if (/\/surface\/skills\/skill:\/\/a(?:\/uri)?$/.test(pointer)) return true
  return /\/surface\/(?:tools|prompts|resources|resourceTemplates)\/[^/]+(?:\/definition(?:\/name)?)?$/.test(pointer)
}

test('code and schema agree on every member replaced by every kind of value', () => {
  let refused = 0
  let accepted = 0
  const [ours, theirs] = [structuredClone(lock), inFile(lock)]
  for (const { pointer, path } of places()) {
    const key = path.at(-1) as string
    const parents = [parentAt(ours, path), parentAt(theirs, path)] as const
    const before = [parents[0][key], parents[1][key]]
    for (const value of VALUES) {
      parents[0][key] = value
      parents[1][key] = WRITTEN.get(value)
      const says = shaped(ours)
      const fit = fits(theirs)
      if (fit !== says) assert.ok(!says && beyondSchema(pointer), `${pointer} ← ${JSON.stringify(value)}`)
      if (says) accepted++
      else refused++
    }
    parents[0][key] = before[0]
    parents[1][key] = before[1]
  }
  assert.deepEqual(ours, lock)
  assert.ok(refused > 1_000 && accepted > 500, `${refused} refused, ${accepted} accepted`)
})

test('code and schema agree on every member removed, renamed and added', () => {
  const names = ['x', '$number', '$failed', '$$number', '$lines', '$ref', 'digest', 'conditional', 'parts', 'url']
  for (const { pointer, path } of places()) {
    const removed = edited(path, (parent, key) => {
      if (Array.isArray(parent)) parent.splice(Number(key), 1)
      else delete parent[key]
    })
    if (!beyondSchema(pointer)) assert.equal(described(removed), shaped(removed), `${pointer} removed`)
    for (const name of names) {
      const added = edited(path, (parent, key) => {
        if (Array.isArray(parent)) return
        parent[name] ??= parent[key]
      })
      if (!beyondSchema(pointer) && !reservedForLines(name)) assert.equal(described(added), shaped(added), `${pointer} again as ${name}`)
    }
  }
})

/** `$lines` is joined before the shape is looked at. */
function reservedForLines(name: string): boolean {
  return name === '$lines'
}

test('invalid locks do not fit the schema, but for what only the code can see', () => {
  type Edit = { readonly from: string; readonly to: string; readonly all?: true; readonly code: string }
  let seen = 0
  for (const { from, to, code } of readVectors<{ readonly edits: readonly Edit[] }>('locks/invalid').edits) {
    if (code !== 'LOCK_INVALID' && code !== 'LOCK_TOO_NEW') continue
    let value: unknown
    try {
      value = JSON.parse(valid.replace(from, () => to))
    } catch {
      continue
    }
    const onlyCode = /1e\+0|"\$\$lines": \{ → |"OTHER",\s+"API_TOKEN"|\\ud800|"hint": \[{70}|→ "(?:name|uri)":/.test(`${from} → ${to}`)
    assert.equal(fits(value), onlyCode, `${from} → ${to}`)
    seen++
  }
  assert.ok(seen > 25)
})

test('an example for each exception: the schema accepts, the code does not', () => {
  const unsorted = valid.replace(/"API_TOKEN",\n( +)"OTHER"/, '"OTHER",\n$1"API_TOKEN"')
  const renamed = valid.replace('"10": {\n            "definition"', '"11": {\n            "definition"')
  const double = valid.replace('9.223372036854775807e+18', '1.5e+2')
  for (const text of [unsorted, renamed, double]) {
    assert.notEqual(text, valid)
    assert.ok(fits(JSON.parse(text)))
    assert.throws(() => parseLock(text), { code: 'LOCK_INVALID' })
  }
})
