/** A registry of its own process, which publishes and tells a target of it until it is killed: `FILE URL FROM COUNT HOURS`. */
import { createRegistry, parseWebhookSecret, sqliteDeliveries, sqliteStore, WEBHOOK_EVENTS } from '../../registry-server/index.ts'
import { manifestOf, observer, options, post, publication, rules } from '../registry-fixtures.ts'
import { publicKeyOf, publicGood } from '../../core/signing/index.ts'

const [file = '', url = '', from = '0', count = '0', hours = '0'] = process.argv.slice(2)
const target = { url, secret: parseWebhookSecret(`whsec_${'A'.repeat(32)}`), events: WEBHOOK_EVENTS, allowPrivate: true }
const { fetch } = createRegistry(
  options({
    store: sqliteStore(file),
    // Each process has keys of its own.
    policy: { rules, trust: { root: publicGood(), keys: [publicKeyOf(observer.secret)], thresholds: {} } },
    clock: () => Date.now() + Number(hours) * 3_600_000,
    webhooks: { targets: [target], queue: sqliteDeliveries(file) },
  }),
)
for (let i = Number(from); i < Number(from) + Number(count); i++) {
  const response = await fetch(new Request('http://registry.test/v1/statements', post(publication(manifestOf(`com.acme/s${i}`)))))
  if (response.status === 201) process.stdout.write(`${i}\n`)
}
setInterval(() => {}, 60_000)
