/** Resolving a package to a closure, by the machine's own npm, of releases that are old enough. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { closureManifest, packagesIn, readClosure, type Closure } from '../../../core/packages/closure.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { checkAges, strictest, type ReleaseLimit } from '../../../core/packages/release-age.ts'
import type { ResolveContext } from '../source-kind.ts'
import { publishedOf } from './published.ts'
import { npmLimit } from './release-limit.ts'
import { runNpm } from './run-npm.ts'
import { inTemporaryFolder } from '../../world/temporary-folder.ts'

/**
 * The newest version that a range or tag allows, with its closure; nothing is installed, no script runs.
 * npm chooses releases within the limit, its own included; the policy's is checked once more, for npm
 * takes what the registry gives no time for, and what the user's own npm configuration excepts.
 * @throws LockError `RELEASE_TOO_NEW`, `RELEASE_UNDATED`, `REGISTRY_UNREACHABLE`, `PACKAGE_*`
 */
export async function resolveClosure(name: string, range: string, context: ResolveContext): Promise<Closure> {
  const limit = strictest([context.limit, await npmLimit(context)])
  if (limit === null) return resolve(name, range, null, context)
  const closure = await resolve(name, range, limit, context).catch(async (error: unknown) => {
    if (error instanceof LockError && error.code === 'PACKAGE_NOT_FOUND') await explainTooNew(name, range, limit, context)
    throw error
  })
  if (context.limit !== null) checkAges(await publishedOf(packagesIn(closure.lockfile), context), context.limit, context.now)
  return closure
}

/** Where the limit alone is why nothing was found, says which releases are too new. */
async function explainTooNew(name: string, range: string, limit: ReleaseLimit, context: ResolveContext): Promise<void> {
  const closure = await resolve(name, range, null, context).catch(() => null)
  if (closure === null) return
  const dated = await publishedOf(packagesIn(closure.lockfile), context)
  checkAges(
    dated.filter(({ published }) => published !== null),
    limit,
    context.now,
  )
}

async function resolve(name: string, range: string, limit: ReleaseLimit | null, context: ResolveContext): Promise<Closure> {
  const age = limit === null ? ['--before=null'] : [`--before=${new Date(limit.cutoff).toISOString()}`]
  const all = limit !== null && limit === context.limit ? [EXCEPT_NONE] : []
  return inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, 'package.json'), closureManifest(name, range === '' ? 'latest' : range))
    await runNpm(
      ['install', '--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved', '--package-lock', ...age, ...all],
      folder,
      context,
    )
    return readClosure(name, await readFile(join(folder, 'package-lock.json'), 'utf8'))
  })
}

/** The user's npm may except packages from its own age, not from the policy's; no package has this name. */
const EXCEPT_NONE = '--min-release-age-exclude=-'
