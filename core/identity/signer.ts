/** Who may sign: the `signers` of a policy. */

/** A workflow of GitHub Actions, by the claims of its certificate (Fulcio, docs/oid-info.md). */
export type GithubSigner = {
  /** `owner/repository` */
  readonly github: string
  /** The workflow that was started, by its path in the repository: `.github/workflows/lock.yml`. */
  readonly workflow: string
  /** `refs/heads/main`, or a pattern (core/identity/pattern.ts): `refs/tags/v*`. One of the two. */
  readonly ref?: string
  readonly refPattern?: string
  /** A reusable workflow that signs in its place, whole: `https://github.com/acme/ci/.github/workflows/sign.yml@refs/tags/v1`. */
  readonly signerWorkflow?: string
  readonly trigger?: readonly string[]
  readonly runner?: 'github-hosted' | 'self-hosted'
  readonly environment?: string
  readonly repositoryId?: string
  readonly ownerId?: string
  /** GitHub's own where there is none: another one runs its own instance. */
  readonly issuer?: string
  readonly server?: string
}

/** Anybody else, by issuer and subject: an e-mail, GitLab's or SPIFFE's URI. */
export type SubjectSigner = { readonly issuer: string; readonly subject: string }

/** One workflow by its URI, on the refs of a pattern (core/identity/pattern.ts). */
export type PatternSigner = { readonly issuer: string; readonly subjectPattern: string }

/** The PEM of a public key (core/identity/keys.ts). */
export type KeySigner = { readonly key: string }

export type Signer = GithubSigner | SubjectSigner | PatternSigner | KeySigner

/** The address of a repository, as claims write it: nothing behind the last name. */
export const REPOSITORY = /^https:\/\/[^\s/?#@]+(?:\/[^\s/?#]+)+$/
/** The URL of an issuer of identities. */
export const ISSUER = /^https?:\/\/[^\s?#@]+$/
/** `owner/repository` */
export const GITHUB_NAME = /^[\w.-]+\/[\w.-]+$/
/** A number that GitHub gave, in quotes. */
export const ID = /^\d{1,20}$/
/** The address of a GitHub. */
export const ORIGIN = /^https:\/\/[^\s/?#@]+$/
export const WHOLE_REF = /^refs\//
/** A workflow's file in its repository. */
export const WORKFLOW = /^\.github\/workflows\/[\w.-]+\.ya?ml$/

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com'
export const GITHUB = 'https://github.com'
