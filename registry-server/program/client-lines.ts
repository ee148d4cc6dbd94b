/** What the policy of a client says of a registry: by which keys it is known. */
import { createPublicKey } from 'node:crypto'
import { formatVerifier } from '../../core/registry/index.ts'
import type { RegistrySigner } from '../registry.ts'
import type { Config } from './config.ts'

export function clientLines({ url, listen }: Pick<Config, 'url' | 'listen'>, { log, status }: RegistrySigner): string {
  const pem = createPublicKey(status).export({ format: 'pem', type: 'spki' }).toString().trimEnd()
  return `registry:
  url: ${url ?? `http://${listen}`}
  log: ${formatVerifier(log)}
  status: |
${pem.replaceAll(/^/gm, '    ')}
`
}
