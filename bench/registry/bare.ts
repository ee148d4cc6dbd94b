/** The least that Hono can do: one route that answers the same bytes. */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { answering } from './child.ts'

type Bare = { readonly route: string; readonly body: string | Uint8Array<ArrayBuffer>; readonly type: string }

const questions = {
  /** Answers with the port. */
  open: ({ route, body, type }: Bare): Promise<number> => {
    const app = new Hono().get(route, (c) => c.body(body, 200, { 'content-type': type }))
    return new Promise((resolve) => serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }: AddressInfo) => resolve(port)))
  },
}
export type BareQuestions = typeof questions
answering(questions)
