/** Beside the members (tamper.test.ts), every byte of what they hold. */
import { test } from 'node:test'
import { placesOf, put, valueAt } from '../json-places.ts'
import { bundleOf, checkBundle, flipped } from './bundle-changes.ts'

for (const name of ['workflow-rekor1-tsa', 'workflow-rekor2-tsa'])
  test(`${name}: no byte of a certificate, a timestamp, a promise, a proof or an entry can be another`, () => {
    const text = bundleOf(name)
    for (const place of placesOf(JSON.parse(text))) {
      const value = valueAt(JSON.parse(text), place)
      const bytes = typeof value === 'string' && value.length > 60 ? Buffer.from(value, 'base64') : Buffer.alloc(0)
      if (bytes.toString('base64') !== value) continue
      for (let at = 0; at < bytes.length; at++) checkBundle(name, place, `byte ${at}`, put(text, place, flipped(bytes, at, at % 8)))
    }
  })
