/** Secrets in files that every user of the machine may read. */
import { stat } from 'node:fs/promises'
import { platform } from 'node:os'
import { resolve } from 'node:path'
import type { Config, Secret } from './config.ts'
import type { ReadConfig } from './world.ts'

const OTHERS_READ = 0o004

/** Their paths, each once. Windows says it by other means than the mode. */
export async function exposedFiles({ config, folder }: ReadConfig): Promise<readonly string[]> {
  if (platform() === 'win32') return []
  const files = new Set(secretsOf(config).flatMap((secret) => ('file' in secret ? [resolve(folder, secret.file)] : [])))
  const found = await Promise.all([...files].map(async (file) => (((await stat(file)).mode & OTHERS_READ) === 0 ? [] : [file])))
  return found.flat()
}

function secretsOf({ log, status, store, tls, webhooks }: Config): readonly Secret[] {
  return [
    log.key,
    status.key,
    ...('postgres' in store ? [store.postgres] : []),
    ...(tls === undefined ? [] : [tls.key]),
    ...webhooks.map(({ secret }) => secret),
  ]
}
