/** From a source to what is started or connected to: package installed, variables filled in. */
import { artifactOf } from '../../core/launch/artifact.ts'
import type { ServerPolicy } from '../../core/policy/policy.ts'
import type { Transport } from '../../core/launch/source.ts'
import { expand } from '../../core/launch/template.ts'
import type { Target } from '../capture/capture.ts'
import type { Started } from '../clients/expand.ts'
import { UnsetError } from './credentials.ts'
import { inherited } from '../world/inherited.ts'
import { networkOf } from '../network/network.ts'
import { SOURCES } from '../sources/index.ts'
import type { SourceContext } from '../sources/source-kind.ts'
import type { Resolved } from './resolve-source.ts'

/**
 * What to start or connect to. What comes from a registry is installed as it is pinned and started by its path.
 * @throws LockError `VARIABLE_UNSET`, `REGISTRY_UNREACHABLE`, `PACKAGE_UNUSABLE`
 */
export async function makeTarget(
  start: Started,
  resolved: Pick<Resolved, 'source' | 'closure'>,
  transport: Transport | null,
  policy: ServerPolicy,
  context: SourceContext,
): Promise<Target> {
  if (start.unset.length > 0) throw new UnsetError(start.unset)
  if (start.url !== null) {
    return {
      kind: 'address',
      address: { url: start.url, headers: start.headers, secrets: start.secrets, network: await networkOf(context.env) },
      transport: transport === 'stdio' ? null : transport,
    }
  }
  const base = { cwd: start.cwd, env: { ...inherited(context, start.env), ...start.env }, secrets: start.secrets }
  const { source, closure } = resolved
  const artifact = artifactOf(source.launch)
  if (artifact === null) return { kind: 'program', program: { ...base, command: start.command, args: start.args } }
  // The lock's words have markers where the config has credentials.
  const own = artifactOf(start.launch)
  const meant = own?.type === artifact.type && own.name === artifact.name ? { ...artifact, args: own.args } : artifact
  const { command, args, words } = await SOURCES[artifact.type].install(source, meant, closure, policy, context)
  return { kind: 'program', program: { ...base, command, args: [...args, ...words.map((word) => expand(word, start.variables).text)] } }
}
