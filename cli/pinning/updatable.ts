/** The pins that a registry can have something newer for. */
import { pinnedArtifact } from '../../core/launch/artifact.ts'
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import { isRemote } from '../../core/launch/launch.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import type { Project } from '../project/project.ts'
import { requirePin } from '../locks/lock-store.ts'

/**
 * Those that are named, all of a registry without a name.
 * @throws LockError `SERVER_UNKNOWN`, `NOT_PINNED`, `NOTHING_TO_UPDATE`
 */
export function updatable(names: readonly string[], { pins, servers, unusable }: Project): [name: string, pin: Pin][] {
  if (names.length === 0) return Object.entries(pins).filter(([, { source }]) => pinnedArtifact(source) !== null)
  return [...new Set(names)].map((name) => {
    if (own(pins, name) === undefined && (servers.has(name) || unusable.has(name)))
      throw new LockError('NOT_PINNED', `\`${name}\` is in a client config and has no pin yet`)
    const pin = requirePin(pins, name)
    if (pinnedArtifact(pin.source) !== null) return [name, pin]
    const what = isRemote(pin.source.launch) ? 'an address, and what it serves has no versions here' : 'no package of a registry'
    throw new LockError('NOTHING_TO_UPDATE', `\`${name}\` is ${what}`)
  })
}
