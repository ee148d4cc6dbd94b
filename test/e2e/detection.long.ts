/** Every single-leaf change of all real listings is found. */
import { test } from 'node:test'
import { CORPUS, corpusListings } from '../listings/read.ts'
import { report, STRIDE } from './detection.ts'

const real = corpusListings()

test('every change of the real listings is found', { skip: real.length === 0 ? `no corpus at ${CORPUS}` : false }, (t) => {
  report(`${real.length} real listings`, real, STRIDE, (line) => t.diagnostic(line))
})
