/** Repositories: where a lock belongs, and where a job of CI ran. */
import type { Identity } from './identity.ts'
import { GITHUB } from './signer.ts'

export type Repository = {
  readonly uri: string
  /** As GitHub numbers it: it stays when an account or a repository gets another name. */
  readonly id?: string
}

/** Whether it is the expected one, by its number too where that is expected. */
export function isRepository({ uri, id }: Repository, expected: Repository): boolean {
  return sameRepository(uri, expected.uri) && (expected.id === undefined || id === expected.id)
}

/** github.com names owners and repositories without case. */
export function sameRepository(actual: string | undefined, expected: string): boolean {
  if (actual === undefined) return false
  return actual === expected || (actual.startsWith(`${GITHUB}/`) && lower(actual) === lower(expected))
}

/** ASCII only: to `toLowerCase`, the Kelvin sign is a k. */
function lower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** The one that a certificate says a job ran in; null where it says none. */
export function repositoryOf(identity: Identity): Repository | null {
  if (identity.kind === 'key') return null
  const { sourceRepositoryUri: uri, sourceRepositoryId: id } = identity.claims
  return uri === undefined ? null : { uri, ...(id === undefined ? {} : { id }) }
}

/** Hostile where it is shown. */
export function wordRepository({ uri, id }: Repository): string {
  return id === undefined ? uri : `${uri} (id ${id})`
}
