/** How the user is logged in at a registry, where Docker's configuration says it itself. A helper program is not run. */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { member } from '../../../core/json/json.ts'
import type { SourceContext } from '../source-kind.ts'
import { parseLoose } from '../../../core/json/loose.ts'

/** Docker Hub's key there is older than its name. */
const HUB = 'https://index.docker.io/v1/'

/** `Basic …`, or null where the configuration holds none. */
export async function basicCredentials(host: string, env: SourceContext['env']): Promise<string | null> {
  const folder = env['DOCKER_CONFIG'] ?? join(env['HOME'] ?? env['USERPROFILE'] ?? homedir(), '.docker')
  const auths = member(parseLoose(await readFile(join(folder, 'config.json'), 'utf8').catch(() => null)), 'auths')
  const entry = member(auths, host === 'docker.io' ? HUB : host) ?? member(auths, `https://${host}`)
  const auth = member(entry, 'auth')
  return typeof auth === 'string' && /^[A-Za-z0-9+/]+=*$/.test(auth) ? `Basic ${auth}` : null
}
