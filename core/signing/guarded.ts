import type { Code } from '../codes/codes.ts'
import { LockError } from '../codes/errors.ts'

/** Parsers of hostile bytes fail in many ways, `TypeError`s among them; each is a failure of those bytes. */
export function guarded<T>(code: Code, message: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof LockError) throw cause
    throw new LockError(code, message, { cause })
  }
}
