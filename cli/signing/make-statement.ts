/** The statement about a lock that is to be signed, and whether it can be read again once it is. */
import { LockError } from '../../core/codes/errors.ts'
import type { Identity } from '../../core/identity/identity.ts'
import type { Repository } from '../../core/identity/repository.ts'
import { sha256 } from '../../core/json/digest.ts'
import { MAX_BUNDLE } from '../../core/signing/limits.ts'
import { formatLockStatement, parseLockStatement } from '../../core/signing/statement.ts'
import { VERSION } from '../../core/version.ts'
import type { Count } from './previous.ts'
import type { ToBeSigned } from './to-be-signed.ts'

/** What a bundle has besides the payload takes a fraction of this. */
const OTHER_PARTS = 24 * 1024
const MAX_PAYLOAD = Math.floor(((MAX_BUNDLE - OTHER_PARTS) * 3) / 4)

/** Its payload. @throws LockError `STATEMENT_INVALID`, where nobody could read what was signed */
export function makeStatement(lock: ToBeSigned, { serial, previous }: Count, identity: Identity, repository: Repository): Buffer {
  const id = repository.id ?? (identity.kind === 'certificate' ? identity.claims.sourceRepositoryId : undefined)
  const payload = formatLockStatement(sha256(lock.text).slice('sha256:'.length), {
    lockfileVersion: 1,
    digestScheme: 1,
    path: lock.path,
    repository: { uri: repository.uri, ...(id === undefined ? {} : { id }) },
    serial,
    previous,
    policy: lock.ofPolicy,
    servers: Object.fromEntries(Object.entries(lock.lock.servers).map(([name, { digest }]) => [name, digest])),
    ...(lock.commit === null ? {} : { commit: lock.commit }),
    tool: { name: 'mcp-lock', version: VERSION },
  })
  if (payload.length > MAX_PAYLOAD)
    throw new LockError(
      'STATEMENT_INVALID',
      `the statement about this lock would have ${payload.length} bytes, at most ${MAX_PAYLOAD} can be signed`,
    )
  parseLockStatement(payload)
  return payload
}
