/** A route: one row of the table from which the app, its metrics and its OpenAPI document are made. */
import type { z } from 'zod'
import type { Call } from '../answer.ts'

export type Route = {
  readonly method: 'get' | 'post' | 'options'
  /** As Hono writes it; also what it is counted under. */
  readonly path: string
  readonly summary: string
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** JSON of a shape, or bytes of a media type; whatever else comes is a problem. */
  readonly answers: { readonly [status: number]: z.ZodType | string }
  readonly handle: (c: Call) => Response | Promise<Response>
}
