/** The body of a request or an answer, bounded while it arrives. */
import { LockError } from '../core/codes/errors.ts'

type Reading = {
  /** Aborted, what has come until then is all of it. */
  readonly signal: AbortSignal
  readonly onChunk: (bytes: number) => void
}

/** @throws LockError `SUBMISSION_INVALID` as soon as there are more than `most` bytes */
export async function readBody({ headers, body }: Pick<Request, 'headers' | 'body'>, most: number, reading?: Reading): Promise<Uint8Array> {
  if (Number(headers.get('content-length') ?? '0') > most) throw tooLong(most)
  const chunks: Uint8Array[] = []
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader()
  const stop = (): void => void reader?.cancel().catch(() => {})
  reading?.signal.addEventListener('abort', stop)
  try {
    for (let length = 0; ;) {
      const { value: chunk } = (await reader?.read()) ?? {}
      if (chunk === undefined) return Buffer.concat(chunks)
      length += chunk.length
      if (length > most) throw tooLong(most)
      reading?.onChunk(chunk.length)
      chunks.push(chunk)
    }
  } finally {
    reading?.signal.removeEventListener('abort', stop)
    stop()
  }
}

function tooLong(most: number): LockError {
  return new LockError('SUBMISSION_INVALID', `expected at most ${most} bytes`)
}
