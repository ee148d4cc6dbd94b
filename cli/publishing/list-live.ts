/** Lists a server for the occasion, as `pin` does, and writes nothing. */
import { LockError } from '../../core/codes/errors.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import { adHocServer } from '../clients/configured.ts'
import { consent } from '../pinning/pin-choice.ts'
import { pinAll, type RunOptions } from '../pinning/pin-run.ts'
import { planServer } from '../pinning/pin-servers.ts'
import { findRoot, openProject, resolveContext } from '../project/project.ts'
import type { ClosureFiles } from '../sources/source-kind.ts'
import { headerTemplates, type CredentialOptions } from '../starting/credentials.ts'
import type { World } from '../world/world.ts'
import type { Start } from './server-json.ts'

export type ListOptions = RunOptions & CredentialOptions & { readonly yes: boolean }
export type Listed = { readonly pin: Pin; readonly closure: ClosureFiles | null }

/** @throws LockError whatever keeps a server from being pinned; `DECLINED`, `NO_TERMINAL` */
export async function listLive(name: string, start: Start, options: ListOptions, world: World): Promise<Listed> {
  const project = await openProject(await findRoot(world), [], {}, world)
  const [words, url] = 'url' in start ? [null, start.url] : [start.command, null]
  const server = adHocServer(name, words, url, headerTemplates(options.header))
  const plan = await planServer(server, undefined, resolveContext(project, world, options.installTimeout * 1_000))
  await consent([plan], { yes: options.yes, selectors: [] }, world)
  const [named] = await pinAll([plan], project, options, () => false, world)
  const outcome = named?.[1]
  switch (outcome?.kind) {
    case 'pinned':
      return outcome
    case 'failed':
      throw new LockError(outcome.error.code, 'it could not be listed, so nothing is published', { cause: outcome.error })
    case 'unstable':
      throw new LockError(outcome.findings[0]?.code ?? 'ANSWER_MALFORMED', 'it does not say the same twice, so nothing is published')
    case undefined:
      throw new Error('a server without an outcome')
  }
}
