/** Why a statement may not be: a code of ours, and words. */
import type { Code } from '../codes/codes.ts'

export type Refusal = { readonly code: Code; readonly detail: string }

export function refuse(code: Code, detail: string): Refusal {
  return { code, detail }
}
