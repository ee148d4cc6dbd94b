/** What the policy of a client says of a registry: by which keys it is known, and who may do what in it. */
import { createPublicKey } from 'node:crypto'
import { stringify } from 'yaml'
import { formatVerifier } from '../../core/registry/index.ts'
import type { RegistrySigner } from '../registry.ts'
import { portOf, type Config } from './config.ts'

/** A whole `registry:`, with the rules of the configuration. */
export function clientLines(config: Config, { log, status }: RegistrySigner): string {
  const { url, listen, publishers, approvers, admins, approvals } = config
  const pem = createPublicKey(status).export({ format: 'pem', type: 'spki' }).toString().trimEnd()
  const anyPort = url === undefined && portOf(listen) === 0 ? ' # with the port that `serve` says' : ''
  return `registry:
  url: ${url ?? `http://${listen}`}${anyPort}
  log: ${formatVerifier(log)}
  status: |
${indented(pem, 4)}
${indented(stringify({ publishers, approvers, admins, approvals }).trimEnd(), 2)}
`
}

function indented(lines: string, by: number): string {
  return lines.replaceAll(/^(?=.)/gm, ' '.repeat(by))
}
