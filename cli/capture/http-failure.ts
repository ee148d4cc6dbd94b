/** What goes wrong over HTTP, each as one kind of error that names a code and no secret. */
import type { Response } from 'undici'
import type { Code } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'

/** An answer whose status is not one of success; what to try next is decided by the status. */
export class HttpStatusError extends LockError {
  readonly status: number

  constructor(status: number) {
    super('SERVER_UNREACHABLE', `HTTP ${status}`)
    this.status = status
  }
}

/**
 * The address that a text names, which may be relative to `base`.
 * @throws LockError `code`, saying that `what` is no address; the text itself may hold a secret and is not repeated
 */
export function parseUrl(text: string, code: Code, what: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new LockError(code, `${what}: expected an http or https URL`)
  if (url.username !== '' || url.password !== '') throw new LockError(code, `${what}: expected a URL without user name and password`)
  return url
}

/** Lets go of a response that is not wanted, and says why. */
export async function refusal(response: Response): Promise<LockError> {
  await response.body?.cancel().catch(() => {})
  const { status } = response
  if (status !== 401 && status !== 403) return new HttpStatusError(status)
  const wanted = response.headers.get('www-authenticate')
  return new LockError('AUTH_REQUIRED', `HTTP ${status}${wanted === null ? '' : `, it asks for \`${wanted.slice(0, 200)}\``}`)
}
