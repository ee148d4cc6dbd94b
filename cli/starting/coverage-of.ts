/** What the pin of a source leaves open. */
import { artifactOf } from '../../core/launch/artifact.ts'
import { unresolvedKind } from '../../core/launch/unresolved.ts'
import type { Coverage } from '../../core/compare/finding.ts'
import { escapeKey } from '../../core/json/json.ts'
import { isRemote, type Launch } from '../../core/launch/launch.ts'
import type { ServerPolicy } from '../../core/policy/policy.ts'
import { isRedacted } from '../../core/launch/secret.ts'
import type { Source } from '../../core/launch/source.ts'
import { kindOf } from '../sources/index.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'

/** What a pin of this source does not cover. */
export function coverageOf(
  server: string,
  source: Omit<Source, 'transport'>,
  closure: ClosureFiles | null,
  policy: ServerPolicy,
): Coverage[] {
  const { launch } = source
  const kind = kindOf(source)
  const coverage: Coverage[] = []
  const add = (code: Coverage['code'], detail?: string): void =>
    void coverage.push({ code, server, ...(detail === undefined ? {} : { detail }) })
  if (isRedacted(launch)) add('CREDENTIAL_UNPINNED')
  if (isRemote(launch)) add('REMOTE_CODE')
  else if (kind === null) {
    const isLocal = source.files !== undefined || source.native !== undefined
    add(isLocal ? 'IMPORTS_UNPINNED' : 'SOURCE_UNRESOLVED', isLocal ? undefined : unresolvedKind(launch))
  }
  if (source.native !== undefined) add('OTHER_PLATFORMS', `pinned are ${Object.keys(source.native).join(', ')}`)
  const unpinned = unpinnedValues(launch)
  if (unpinned.length > 0) add('ENV_UNPINNED', unpinned.join(', '))
  if (policy.resources !== 'pin') add('RESOURCES_OFF')
  for (const { code, detail } of kind?.coverage(closure, policy) ?? []) add(code, detail)
  return coverage
}

/** The headers, or variables and the file of them, whose values are not in the launch. */
function unpinnedValues(launch: Launch): readonly string[] {
  if (isRemote(launch)) return launch.headers ?? []
  const { env = [], envFile, envValues = {} } = launch
  const own = env.filter((name) => !Object.hasOwn(envValues, escapeKey(name)))
  const { type, options } = artifactOf(launch) ?? { options: [] }
  // What `docker run` takes over from its own environment, which a config may leave to the user's.
  const passed = type === 'image' ? options.filter(([name, value]) => /^(?:-e|--env)$/.test(name) && !value.includes('=')) : []
  const files = [...(envFile === undefined ? [] : [envFile]), ...options.filter(([name]) => name === '--env-file').map(([, file]) => file)]
  return [...new Set([...own, ...passed.map(([, name]) => name), ...files.map((file) => `all of ${file}`)])]
}
