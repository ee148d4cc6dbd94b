/**
 * mcp-lock/registry: a registry as a library, `createRegistry({ store, signer, policy, clock, log })`, and all that it
 * and its clients decide by.
 */
import { randomUUID } from 'node:crypto'
import { makeApp } from './app.ts'
import { openRegistry, type RegistryOptions } from './registry.ts'

export type ServedRegistry = {
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Answers what was accepted, ends streams, and closes the store. */
  readonly close: () => Promise<void>
}

export function createRegistry(options: RegistryOptions): ServedRegistry {
  const registry = openRegistry(options)
  const app = makeApp(registry)
  return { fetch: (request) => app.fetch(request, { id: randomUUID() }), close: registry.close }
}

export * from '../core/registry/index.ts'
export type { Clock, Log, RegistryOptions, RegistryPolicy, RegistrySigner } from './registry.ts'
export { postgresStore, type PostgresOptions } from './postgres.ts'
export { sqliteStore } from './sqlite.ts'
export type { Store } from './store.ts'
export type { Delivery, DeliveryQueue, Taking } from './webhooks/queue.ts'
export { postgresDeliveries } from './webhooks/postgres-queue.ts'
export { sqliteDeliveries } from './webhooks/sqlite-queue.ts'
export { parseWebhookSecret, WEBHOOK_EVENTS, type WebhookEvent, type WebhookTarget } from './webhooks/target.ts'
