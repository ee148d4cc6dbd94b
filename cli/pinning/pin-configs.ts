/** Exact versions for the client configs that name none. */
import { artifactOf, floats, pinnedArtifact } from '../../core/launch/artifact.ts'
import type { Pins } from '../../core/lock/lockfile.ts'
import { policyFor } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { counted } from '../../core/compare/wording.ts'
import type { Configured } from '../clients/configured.ts'
import { editConfigs } from '../clients/edits/edit-configs.ts'
import { withVersions } from '../clients/edits/write-versions.ts'
import type { Project } from '../project/project.ts'
import { confirm } from '../world/confirm.ts'
import type { World } from '../world/world.ts'

/** Writes the pinned versions if asked to, or says how to. */
export async function writeConfigs(pins: Pins, project: Project, wanted: boolean, world: World): Promise<void> {
  const floating = [...project.servers.values()].filter(
    (server) => Object.hasOwn(pins, server.name) && server.entries.some(({ launch }) => isFloating(launch)),
  )
  if (floating.length === 0) return
  const entries = floating.flatMap((server) => server.entries)
  const files = [...new Set(entries.map(({ file }) => displaySafe(file)))].join(', ')
  const servers = counted(floating.length, 'server')
  if (!wanted && !(await confirm(`  ${servers} without an exact version. Write the pinned ones into ${files}? [y/N] `, world))) {
    const refused = floating.filter(({ name }) => policyFor(project.policy, name).floating === 'deny').length
    if (refused > 0)
      world.stderr(
        `  ${counted(refused, 'server')} without an exact version in ${files}, which verify does not accept; to write it: mcp-lock pin --write-config\n`,
      )
    return
  }
  const versions = new Map(
    floating.flatMap(({ name }) => {
      const source = pins[name]?.source
      const pinned = source === undefined ? null : pinnedArtifact(source)
      return pinned === null ? [] : [[name, pinned.version] as const]
    }),
  )
  for (const file of await editConfigs(entries, withVersions(versions))) world.stderr(`wrote ${displaySafe(file)}\n`)
}

function isFloating(launch: Configured['launch']): boolean {
  const artifact = artifactOf(launch)
  return artifact !== null && floats(artifact)
}
