/** What the tests of one run share: the real services, cosign, and a folder that is gone at the end. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { Cosign } from './cosign.ts'
import type { Outcome } from './isolation.ts'
import { findPrograms, isWhole } from './programs.ts'
import { startStack } from './stack.ts'

const programs = await findPrograms()
if (!isWhole(programs)) throw new Error('programs are missing: `npm run test:interop` installs them')

export const folder = mkdtempSync(join(tmpdir(), 'mcp-lock-interop-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
export const stack = await startStack(programs, join(folder, 'stack'))
after(() => stack.end())
export const cosign = new Cosign(programs.cosign, folder)

export function exits({ exit, said }: Outcome, status: number, ...words: readonly RegExp[]): void {
  assert.equal(exit, status, said)
  for (const pattern of words) assert.match(said, pattern)
}
