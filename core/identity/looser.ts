/** Whether a signer lets in what another one keeps out. */
import { canonicalize } from '../json/digest.ts'
import { sameRepository } from './repository.ts'
import { GITHUB, type GithubSigner, type Signer } from './signer.ts'

/** What may be asked of a workflow besides who it is. */
const CONDITIONS = ['trigger', 'runner', 'environment', 'repositoryId', 'ownerId'] as const

/** The conditions that a known signer has in vain beside this one, which is the same workflow without them. */
export function conditionsLost(signer: Signer, known: Signer): readonly (typeof CONDITIONS)[number][] {
  if (!('github' in signer) || !('github' in known)) return []
  if (!sameRepository(`${GITHUB}/${known.github}`, `${GITHUB}/${signer.github}`)) return []
  const [mine, its] = [signer, known].map(whoOf)
  const isLooser = mine === its && CONDITIONS.every((name) => signer[name] === undefined || isSame(signer[name], known[name]))
  return isLooser ? CONDITIONS.filter((name) => known[name] !== undefined && signer[name] === undefined) : []
}

function whoOf({ workflow, ref, refPattern, signerWorkflow, issuer, server }: GithubSigner): string {
  return JSON.stringify([workflow, ref, refPattern, signerWorkflow, issuer, server])
}

function isSame(one: string | readonly string[], other: string | readonly string[] | undefined): boolean {
  return other !== undefined && canonicalize(one) === canonicalize(other)
}
