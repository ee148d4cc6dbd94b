/**
 * Every code, once: failures, changes, findings and coverage, with exit status and words, in the order of docs/ERRORS.md.
 * `mcp-lock explain CODE` and docs/ERRORS.md are printed from here. Codes are under SemVer.
 */
import { answers } from './answers.ts'
import { coverages } from './coverage.ts'
import { files } from './files.ts'
import { launches } from './launches.ts'
import { login } from './login.ts'
import { packages } from './packages.ts'
import { publishing } from './publishing.ts'
import { reaching } from './reaching.ts'
import { registry } from './registry.ts'
import { serving } from './serving.ts'
import { signatures } from './signatures.ts'
import { signing } from './signing.ts'
import { surfaces } from './surfaces.ts'
import { trustBase } from './trust-base.ts'
import type { Meaning } from './meaning.ts'

const table = {
  ...answers,
  ...reaching,
  ...packages,
  ...files,
  ...launches,
  ...signatures,
  ...signing,
  ...login,
  ...registry,
  ...serving,
  ...publishing,
  ...trustBase,
  ...surfaces,
  ...coverages,
}

export type Code = keyof typeof table
export const CODES: { readonly [code in Code]: Meaning } = table
export const CODE_NAMES = Object.keys(table) as Code[]

export function isCode(word: string): word is Code {
  return Object.hasOwn(CODES, word)
}
