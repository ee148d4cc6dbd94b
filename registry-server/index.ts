/**
 * mcp-lock/registry: a registry as a library, `createRegistry({ store, signer, policy, clock, log })`, and all that it
 * and its clients decide by.
 */
import { makeApp } from './app.ts'
import { openRegistry, type RegistryOptions } from './registry.ts'

export function createRegistry(options: RegistryOptions): { readonly fetch: (request: Request) => Response | Promise<Response> } {
  const app = makeApp(openRegistry(options))
  return { fetch: (request) => app.fetch(request) }
}

export * from '../core/registry/index.ts'
export type { Clock, Log, RegistryOptions, RegistryPolicy, RegistrySigner } from './registry.ts'
export { sqliteStore } from './sqlite.ts'
export type { Store } from './store.ts'
