/** What npm's own configuration says about how old a release must be, as npm itself reads it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { strictest, type ReleaseLimit } from '../../../core/packages/release-age.ts'
import type { ResolveContext } from '../source-kind.ts'
import { copyAges } from './npmrc.ts'
import { runNpmIn } from './run-npm.ts'
import { inTemporaryFolder } from '../../world/temporary-folder.ts'

const DAY = 86_400_000

/** One answer for all packages of a run. */
const known = new WeakMap<ResolveContext, Promise<ReleaseLimit | null>>()

/**
 * The stricter of the user's configuration and of that with the project's `.npmrc` above it, which by
 * itself would override the user's. A npm that does not know `min-release-age` reads it all the same.
 * @throws LockError `REGISTRY_UNREACHABLE`, where there is no npm
 */
export function npmLimit(context: ResolveContext): Promise<ReleaseLimit | null> {
  const limit = known.get(context) ?? ask(context)
  known.set(context, limit)
  return limit
}

async function ask(context: ResolveContext): Promise<ReleaseLimit | null> {
  return inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, 'package.json'), '{}')
    const user = await read(folder, context)
    return (await copyAges(context, folder)) ? strictest([user, await read(folder, context)]) : user
  })
}

async function read(folder: string, context: ResolveContext): Promise<ReleaseLimit | null> {
  const text = await runNpmIn(folder, ['config', 'get', 'before', 'min-release-age'], context)
  const value = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? ''
  const before = Date.parse(value('before'))
  const days = Number.parseFloat(value('min-release-age'))
  return strictest([
    Number.isNaN(before) ? null : { cutoff: before, age: null, by: "npm's `before`" },
    days > 0 ? { cutoff: context.now - days * DAY, age: days * DAY, by: "npm's `min-release-age`" } : null,
  ])
}
