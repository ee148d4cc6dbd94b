/** What to do after a failure of this program, where a client would do something else. */
import type { Code } from '../../core/codes/codes.ts'
import type { LockError } from '../../core/codes/errors.ts'

const NEXT: { readonly [code in Code]?: string } = {
  USAGE: 'see `mcp-lock-registry --help`',
  VARIABLE_UNSET: 'set it where the registry is started, or name a file in registry.yaml: `{ file: FILE }`',
  KEY_INVALID: 'log and status each have an Ed25519 key in PEM, without a passphrase: `openssl genpkey -algorithm ed25519 -out FILE`',
  REGISTRY_BUSY: 'see that the database that `store` names runs and can be reached from here, then run it again',
}

export function nextAfter({ code, hint }: LockError): string {
  return NEXT[code] ?? hint
}
