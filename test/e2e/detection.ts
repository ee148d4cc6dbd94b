/** What must be reached: every smallest change of a surface is found, and what is no change is no alarm. */
import assert from 'node:assert/strict'
import { canonicalize, digestCanonical } from '../../core/json/digest.ts'
import { diffSurface } from '../../core/compare/diff.ts'
import type { Json } from '../../core/json/json.ts'
import { storedPointer } from '../../core/json/pointer.ts'
import { isFailed, LIST_NAMES, LISTS, readSurface, seal, sealEntry, type Listing } from '../../core/surface/surface.ts'
import { frames, type Frame } from '../listings/frames.ts'
import { mutations, type Mutation } from '../listings/mutations.ts'
import type { NamedListing } from '../listings/read.ts'
import { digestOf, isNoChange, roots, surfaceDigestOf, type Root } from '../listings/roots.ts'
import { variations } from '../listings/variations.ts'

/**
 * Definitions up to this length are read anew for every change. Of longer ones, every `STRIDE`th is and
 * all that concern a member that reading looks into; for the others the changed definition is hashed.
 */
const SHORT = 1_000
const NORMALISED: ReadonlySet<unknown> = new Set(['execution', 'icons', 'name', 'uri', 'uriTemplate'])
export const STRIDE = 101
const WHOLE_SAMPLES = 12

type Counts = { changes: number; found: number; variations: number; alarms: number; located: number }

function detect({ name, listing }: NamedListing, stride: number): Counts {
  const counts: Counts = { changes: 0, found: 0, variations: 0, alarms: 0, located: 0 }
  const whole = readSurface(listing)
  const places = roots(listing)
  const sampled = Math.max(1, Math.floor(places.length / WHOLE_SAMPLES))
  places.forEach((root, index) => {
    const base = baseOf(root)
    let step = 0
    for (const mutation of mutations(root.value, root.except)) {
      const quiet = isNoChange(root, mutation)
      const located = step % stride === 0 ? locate(root, mutation) : null
      const same = isSame(root, mutation, base, step)
      if (index % sampled === 0 && step === index % 7) assert.equal(isWholeSame(listing, whole.digest, mutation), same, name)
      step++
      const where = `${name}: ${mutation.kind} ${root.definition?.list ?? ''} ${root.definition?.name ?? ''} ${storedPointer(mutation.path)}`
      if (quiet) {
        counts.variations++
        if (!same) counts.alarms++
        assert.ok(same, `an alarm: ${where}`)
      } else {
        counts.changes++
        if (!same) counts.found++
        assert.ok(!same, `not found: ${where}`)
      }
      if (located !== null) {
        counts.located++
        assert.deepEqual(located.got, located.expected, where)
      }
    }
    assert.equal(digestOf(root), base.digest, `${name}: a mutation was not taken back`)
  })
  assert.equal(readSurface(listing).digest, whole.digest)
  countEntries(listing, counts)
  for (const varied of variations(listing)) {
    counts.variations++
    if (readSurface(varied).digest !== whole.digest) counts.alarms++
  }
  assert.equal(counts.alarms, 0, name)
  return counts
}

type Base = { readonly digest: string; readonly definition: string; readonly canonical: string; readonly frames: ReadonlyMap<Json, Frame> }

function baseOf(root: Root): Base {
  const canonical = canonicalize(root.value)
  const isLong = root.definition !== undefined && canonical.length > SHORT
  return {
    digest: digestOf(root),
    definition: isLong ? digestCanonical(root.definition.kind, canonical) : '',
    canonical,
    frames: isLong ? frames(root.value) : new Map(),
  }
}

/** Applies a mutation, looks whether the digest is still the same, and takes it back. */
function isSame(root: Root, mutation: Mutation, base: Base, step: number): boolean {
  const frame = base.frames.get(mutation.container)
  const anew = step % STRIDE === 0 || NORMALISED.has(mutation.path[0])
  if (anew && frame !== undefined) assert.equal(frame.head + canonicalize(mutation.container) + frame.tail, base.canonical)
  mutation.apply()
  try {
    if (root.definition === undefined || frame === undefined || anew) return digestOf(root) === base.digest
    return digestCanonical(root.definition.kind, frame.head + canonicalize(mutation.container) + frame.tail) === base.definition
  } finally {
    mutation.undo()
  }
}

/** The same for the whole listing. */
function isWholeSame(listing: Listing, digest: string, mutation: Mutation): boolean {
  mutation.apply()
  try {
    return surfaceDigestOf(listing) === digest
  } finally {
    mutation.undo()
  }
}

/** What the difference engine says about a mutation, and what it should; null where more than one place is concerned. */
function locate({ definition, listing }: Root, mutation: Mutation): { got: object; expected: object } | null {
  if (definition === undefined || mutation.kind === 'renamed' || mutation.kind === 'swapped') return null
  const [first] = mutation.path
  const inArray = typeof mutation.path.at(-1) === 'number' && (mutation.kind === 'removed' || mutation.kind === 'added')
  if (inArray || first === LISTS[definition.list].key || first === 'execution') return null
  const old = readSurface(structuredClone(listing))
  mutation.apply()
  try {
    const got = diffSurface(old, readSurface(listing)).map(({ code, subject, pointer }) => ({ code, subject, pointer }))
    const pointer = storedPointer(mutation.path)
    return { got, expected: [{ code: 'DEFINITION_CHANGED', subject: `${definition.list}/${definition.name}`, pointer }] }
  } finally {
    mutation.undo()
  }
}

/** Every list failed, or failed otherwise; every definition left out, and one added to every list. */
function countEntries(listing: Listing, counts: Counts): void {
  const surface = readSurface(listing)
  const { digest, ...open } = surface
  for (const name of LIST_NAMES) {
    const entries = surface[name]
    if (entries === undefined) continue
    counts.changes++
    if (seal({ ...open, [name]: isFailed(entries) ? { $failed: entries.$failed + 1 } : { $failed: -32601 } }).digest !== digest)
      counts.found++
    if (isFailed(entries)) continue
    for (const key of Object.keys(entries)) {
      const rest = { ...entries }
      delete rest[key]
      counts.changes++
      if (seal({ ...open, [name]: rest }).digest !== digest) counts.found++
    }
    const added = sealEntry(name, { [LISTS[name].key]: 'added' })
    counts.changes++
    if (seal({ ...open, [name]: { ...entries, added } }).digest !== digest) counts.found++
  }
}

/** Fails where a change is not found, or where there is an alarm without one; says how many there were. */
export function report(what: string, listings: readonly NamedListing[], stride: number, say: (line: string) => void): void {
  const sum: Counts = { changes: 0, found: 0, variations: 0, alarms: 0, located: 0 }
  for (const listing of listings) {
    const counts = detect(listing, stride)
    for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += counts[key]
  }
  const line = `detection, ${what}: ${sum.changes} changes, ${sum.found} found; ${sum.variations} variations, ${sum.alarms} alarms; ${sum.located} places located`
  say(line)
  console.log(line)
  assert.equal(sum.found, sum.changes)
  assert.equal(sum.alarms, 0)
  assert.ok(sum.changes > 0 && sum.variations > 0 && sum.located > 0)
}
