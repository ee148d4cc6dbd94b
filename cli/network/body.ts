/** Bodies of answers, within a limit. */
import type { Response } from 'undici'
import type { LockError } from '../../core/codes/errors.ts'

/** @param tooLarge what is thrown for a body of more than `limit` bytes, after decompression */
export async function readBody(response: Response, limit: number, tooLarge: (limit: number) => LockError): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > limit) throw tooLarge(limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** What it begins with; the rest is not read. */
export async function readStart(response: Response, most: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    chunks.push(chunk)
    if (size >= most) break
  }
  return Buffer.concat(chunks).subarray(0, most)
}
