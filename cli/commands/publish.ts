/** `mcp-lock publish`: puts a manifest into the registry, signed by its author or by an observer. */
import { LockError } from '../../core/codes/errors.ts'
import { publishManifest, type PublishManifestOptions } from '../publishing/publish.ts'
import { sendSigned } from '../publishing/sign-manifest.ts'
import { readSubject, type SubjectOptions } from '../publishing/subject.ts'
import { registryHere } from '../registry/open-registry.ts'
import type { World } from '../world/world.ts'

export type PublishOptions = SubjectOptions &
  Omit<PublishManifestOptions, 'timeout'> & {
    /** A bundle of `mcp-lock sign FILE`, to be sent as it is. */
    readonly statement?: string
  }

export async function publish(options: PublishOptions, world: World): Promise<number> {
  const opened = await registryHere(world, options)
  if (options.statement === undefined) await publishManifest(await readSubject(options, world), options, opened, world)
  else await sendSigned(aloneOf(options, options.statement), options, opened, world)
  return 0
}

/** @throws LockError `USAGE`: what is signed already says all that there is to say */
function aloneOf({ name, command, url, fromLock, serverJson, key, observer, dryRun }: PublishOptions, statement: string): string {
  const others = [name, command, url, fromLock, serverJson, key].some((one) => one !== undefined && one !== null)
  if (others || observer || dryRun)
    throw new LockError('USAGE', '--statement sends what is signed already, and goes with nothing else but --yes')
  return statement
}
