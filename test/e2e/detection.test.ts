/** Every single-leaf change of a listing is found, and nothing else is an alarm. Of the real listings every fourth; detection.long.ts has all. */
import { test } from 'node:test'
import { CORPUS, corpusListings, ownListings } from '../listings/read.ts'
import { report, STRIDE } from './detection.ts'

test('every change of the own listings is found', (t) =>
  report(`${ownListings().length} own listings`, ownListings(), 1, (line) => t.diagnostic(line)))

const real = corpusListings().filter((_, i) => i % 4 === 0)
const missing = `no corpus at ${CORPUS}`
if (real.length === 0) console.log(`detection: skipped, ${missing}`)

test('every change of real listings is found', { skip: real.length === 0 ? missing : false }, (t) => {
  report(`${real.length} real listings`, real, STRIDE, (line) => t.diagnostic(line))
})
