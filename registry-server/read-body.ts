/** The body of a request, bounded while it arrives. */
import { LockError } from '../core/codes/errors.ts'

/** @throws LockError `SUBMISSION_INVALID` as soon as there are more than `most` bytes */
export async function readBody(request: Request, most: number): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? '0') > most) throw tooLong(most)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.length
    if (length > most) throw tooLong(most)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooLong(most: number): LockError {
  return new LockError('SUBMISSION_INVALID', `expected at most ${most} bytes`)
}
