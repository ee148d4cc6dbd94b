/** `mcp-lock outdated`: newer releases of what is pinned. Asks registries, starts and writes nothing. */
import { artifactOf, pinnedArtifact } from '../../core/launch/artifact.ts'
import { asFailure } from '../../core/codes/errors.ts'
import { worstExit } from '../../core/compare/finding.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { standing } from '../../core/packages/outdated.ts'
import { sessionLimit } from '../starting/observe.ts'
import { openLocked, resolveContext, type Project } from '../project/project.ts'
import { outdatedJson, outdatedText, type Row } from '../report/outdated.ts'
import { SOURCES } from '../sources/index.ts'
import type { ResolveContext } from '../sources/source-kind.ts'
import { updatable } from '../pinning/updatable.ts'
import type { World } from '../world/world.ts'

export type OutdatedOptions = {
  readonly servers: readonly string[]
  readonly config: readonly string[]
  readonly format: 'text' | 'json'
}

export async function outdated({ servers, config, format }: OutdatedOptions, world: World): Promise<number> {
  const project = await openLocked(config, world)
  const context = resolveContext(project, world)
  const limit = await sessionLimit(4)
  const chosen = updatable(servers, project)
  const rows = await Promise.all(chosen.map(([name, pin]) => limit(() => ask(name, pin, project, context))))
  const exit = worstExit(rows.map((row) => (row.kind === 'failed' ? row.error.exit : row.outdated ? 1 : 0)))
  world.stdout(format === 'json' ? outdatedJson(rows, exit) : outdatedText(rows, context.now, world.color))
  if (format === 'text' && exit === 0)
    world.stderr(rows.length === 0 ? 'nothing that is pinned comes from a registry\n' : 'nothing newer\n')
  return exit
}

async function ask(server: string, { source }: Pin, project: Project, context: ResolveContext): Promise<Row> {
  const pinned = pinnedArtifact(source)
  const artifact = artifactOf(source.launch)
  if (pinned === null || artifact === null) throw new Error(`${server} is nothing of a registry`)
  const configured = artifactOf(project.servers.get(server)?.launch ?? source.launch)
  const range = configured?.type === pinned.type && configured.name === pinned.name ? configured.range : pinned.version
  const head = { server, package: { type: pinned.type, name: pinned.name } }
  try {
    const { releases, limit } = await SOURCES[pinned.type].releases({ ...artifact, range }, pinned.version, context)
    const found = standing({ type: pinned.type, range }, pinned.version, releases, limit, context.limit !== null)
    return { kind: 'asked', ...head, ...found }
  } catch (cause) {
    const error = asFailure(cause)
    if (error.code === 'INTERRUPTED') throw error
    return { kind: 'failed', ...head, pinned: pinned.version, error }
  }
}
