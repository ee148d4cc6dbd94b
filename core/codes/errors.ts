/** Failures: one class, with code, hint and exit status from the one table of codes. */
import { CODES, type Code } from './codes.ts'

/** What of an error is a failure with a code; anything else is one that was not foreseen. */
export function asFailure(error: unknown): LockError {
  if (error instanceof LockError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new LockError('CHECK_FAILED', message.slice(0, 300), { cause: error })
}

export class LockError extends Error {
  override readonly name = 'LockError'
  readonly code: Code

  constructor(code: Code, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  /** Runs what may fail with a `LockError` that does not know where; its message then begins with that. */
  static within<T>(where: string, make: () => T): T {
    try {
      return make()
    } catch (cause) {
      if (!(cause instanceof LockError)) throw cause
      throw new LockError(cause.code, `${where}: ${cause.message}`, { cause })
    }
  }

  /** Runs what may fail with a `LockError`, which then has this code: it is about a part of what the code is about. */
  static as<T>(code: Code, make: () => T): T {
    try {
      return make()
    } catch (cause) {
      if (!(cause instanceof LockError)) throw cause
      throw new LockError(code, cause.message, { cause })
    }
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
