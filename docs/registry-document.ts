/** schemas/registry.openapi.json: the API of a registry, as any registry serves it. */
import { generateKeyPairSync } from 'node:crypto'
import { noteSigner } from '../core/registry/index.ts'
import { toRules } from '../core/registry/rules.ts'
import { publicGood } from '../core/signing/index.ts'
import { apiRoutes } from '../registry-server/app.ts'
import { openApiOf } from '../registry-server/openapi.ts'
import { openRegistry } from '../registry-server/registry.ts'
import { sqliteStore } from '../registry-server/sqlite.ts'

export function registryDocument(): string {
  const { privateKey: status } = generateKeyPairSync('ed25519')
  const log = noteSigner('any/log', 'ed25519', status.export({ format: 'pem', type: 'pkcs8' }).toString())
  const rules = toRules('any/log', { publishers: [], approvers: [], admins: [], approvals: 0, github: 'off' })
  const registry = openRegistry({
    store: sqliteStore(':memory:'),
    signer: { log, status },
    policy: { rules, trust: { root: publicGood(), keys: [], thresholds: {} } },
    clock: () => 0,
    log: () => {},
  })
  return `${JSON.stringify(openApiOf(apiRoutes(registry)), null, 2)}\n`
}
