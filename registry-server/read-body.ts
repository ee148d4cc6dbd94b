/** The body of a request or an answer, bounded while it arrives. */
import { LockError } from '../core/codes/errors.ts'

/** @throws LockError `SUBMISSION_INVALID` as soon as there are more than `most` bytes */
export async function readBody({ headers, body }: Pick<Request, 'headers' | 'body'>, most: number): Promise<Uint8Array> {
  if (Number(headers.get('content-length') ?? '0') > most) throw tooLong(most)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > most) throw tooLong(most)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLong(most: number): LockError {
  return new LockError('SUBMISSION_INVALID', `expected at most ${most} bytes`)
}
