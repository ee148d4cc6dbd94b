/**
 * Writes the vectors of docs/format.md from their inputs: `node test/vectors/generate.ts`.
 * A vector changes only with a new version of the scheme or of the lock.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { byCodeUnit, canonicalize, sha256 } from '../../core/json/digest.ts'
import { escapeKey, parseStrict, parseStrictBytes, type Json, type JsonObject } from '../../core/json/json.ts'
import { EMPTY_LOCK, formatLock } from '../../core/lock/lockfile.ts'
import { formatJson } from '../../core/json/notation.ts'
import { isFailed, LIST_NAMES, readSurface } from '../../core/surface/surface.ts'
import { INVISIBLE } from '../../core/text.ts'
import { applyRules } from '../../core/surface/volatile.ts'
import * as inputs from './inputs.ts'
import { parseListing } from './listing-text.ts'
import { listings, refusedListings } from './listings.ts'
import { edits, lock } from './lock-cases.ts'
import * as volatile from './volatile.ts'

const folder = `${import.meta.dirname}/`
mkdirSync(`${folder}locks`, { recursive: true })

function write(name: string, value: unknown): void {
  const ascii = JSON.stringify(value, null, 2).replace(
    /[^\x20-\x7e\n]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  writeFileSync(`${folder}${name}.json`, `${ascii}\n`)
}

function bytesOf(source: inputs.Source): Uint8Array {
  return 'hex' in source ? Buffer.from(source.hex, 'hex') : Buffer.from(source.text)
}

function surfacePreimage(surface: JsonObject): string {
  const preimage: Record<string, Json> = { ...surface }
  delete preimage['digest']
  for (const name of LIST_NAMES) {
    const list = preimage[name] as JsonObject | undefined
    if (list === undefined || isFailed(list)) continue
    preimage[name] = Object.fromEntries(
      Object.entries(list).map(([key, entry]) => [key, { digest: (entry as JsonObject)['digest'] as Json }]),
    )
  }
  return `mcp-lock/1 surface\n${canonicalize(preimage)}`
}

write('canonical', {
  doubles: inputs.doubles.map(([ieee, text]) => ({ ieee, text })),
  values: inputs.canonical.map(([text, form]) => ({ text, canonical: form })),
})
write(
  'numbers',
  inputs.numbers.map((text) => ({ text, stored: canonicalize(parseStrict(text)) })),
)
write('strict', {
  refused: [...inputs.refused, ...inputs.refusedOtherwise],
  accepted: [...inputs.accepted, ...inputs.acceptedBytes].map((source) => ({
    ...source,
    stored: canonicalize(parseStrictBytes(bytesOf(source))),
  })),
})
write(
  'keys',
  inputs.keys.map((received) => ({ received, stored: escapeKey(received) })),
)
write(
  'layout',
  inputs.layouts.map((text) => ({ stored: text, layout: formatJson(JSON.parse(text) as Json) })),
)
write('invisible', {
  unicode: '17.0.0',
  ranges: INVISIBLE.map((range) => range.map((code) => code.toString(16).toUpperCase().padStart(4, '0'))),
})
write('listings', {
  accepted: listings.map(({ name, why, listing }) => {
    const surface = readSurface(parseListing(listing)) as unknown as JsonObject
    return { name, why, listing, surface: canonicalize(surface), preimage: surfacePreimage(surface) }
  }),
  refused: refusedListings,
})
write('volatile', {
  fits: volatile.fits,
  applied: volatile.applied.map(({ name, why, rules, listing }) => {
    const { surface, fitting, unfit } = applyRules(readSurface(parseListing(listing)), rules)
    const form = surface as unknown as JsonObject
    const order = (pointers: ReadonlySet<string>): string[] => [...pointers].sort(byCodeUnit)
    return {
      name,
      why,
      rules,
      listing,
      fitting: order(fitting),
      unfit: order(unfit),
      surface: canonicalize(form),
      preimage: surfacePreimage(form),
    }
  }),
  refused: volatile.refusedPointers.map((pointers) => ({ pointers, code: 'POLICY_INVALID' })),
})

const text = formatLock(lock)
writeFileSync(`${folder}locks/valid.lock`, text)
writeFileSync(`${folder}locks/empty.lock`, formatLock(EMPTY_LOCK))
write('locks/invalid', { of: 'valid.lock', sha256: sha256(text), edits })
