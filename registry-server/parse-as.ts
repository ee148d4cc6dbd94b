/** What came from outside, by a shape. */
import type { z } from 'zod'
import type { Code } from '../core/codes/codes.ts'
import { LockError } from '../core/codes/errors.ts'

/** @throws LockError of this code, with the first thing that is wrong */
export function parseAs<Shape extends z.ZodType>(shape: Shape, value: unknown, code: Code): z.output<Shape> {
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new LockError(code, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`)
}
