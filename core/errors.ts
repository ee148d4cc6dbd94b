/** Failures: one class, with code, hint and exit status from the one table in codes.ts. */
import { CODES, type Code } from './codes.ts'

export class LockError extends Error {
  override readonly name = 'LockError'
  readonly code: Code

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  /** What to do next. */
  get hint(): string {
    return CODES[this.code].next
  }

  /** The exit status that this failure alone would give. */
  get exit(): number {
    return CODES[this.code].exit
  }
}
