/** Before a program of Node's (`node --import`): ends it with whoever started it; keeps what was compiled when it is sent a line, for who is killed does not. */
import { flushCompileCache } from 'node:module'
import { isMainThread } from 'node:worker_threads'

if (isMainThread)
  process.stdin
    .once('data', () => flushCompileCache())
    .once('end', () => process.exit())
    .resume()
