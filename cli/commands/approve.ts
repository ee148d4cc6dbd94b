/** `mcp-lock approve`: shows what a manifest changes, or all of it, and signs that it may be used. */
import { LockError } from '../../core/codes/errors.ts'
import { approveManifest } from '../publishing/approve.ts'
import type { FilingOptions } from '../publishing/file-statement.ts'
import { splitName } from '../publishing/subject.ts'
import { registryHere } from '../registry/open-registry.ts'
import type { World } from '../world/world.ts'

export type ApproveOptions = FilingOptions & {
  /** `NAME@VERSION`. */
  readonly target: string
  /** The version it is compared with. */
  readonly diff?: string
  /** Milliseconds. */
  readonly expires?: number
}

export async function approve(options: ApproveOptions, world: World): Promise<number> {
  const { name, version } = splitName(options.target)
  if (version === null) throw new LockError('USAGE', `an approval is of one version: NAME@VERSION`)
  const expires = options.expires === undefined ? null : new Date(world.now() + options.expires).toISOString().replace(/\.\d+Z$/, 'Z')
  await approveManifest({ name, version, diff: options.diff ?? null, expires }, options, await registryHere(world, options), world)
  return 0
}
