/** How a policy names somebody who has signed: for a first use, where a person decides whether to trust them. */
import type { Identity } from './identity.ts'
import { GITHUB, GITHUB_ISSUER, REPOSITORY, WORKFLOW, type GithubSigner, type SubjectSigner } from './signer.ts'

/** The signer that fits exactly; null for a key, of which a signature has the digest only. */
function signerOf(identity: Identity): GithubSigner | SubjectSigner | null {
  if (identity.kind === 'key') return null
  const { issuer, subject } = identity
  return issuer === GITHUB_ISSUER ? workflowOf(identity) : { issuer, subject }
}

function workflowOf({ subject, claims }: Extract<Identity, { kind: 'certificate' }>): GithubSigner | null {
  const { sourceRepositoryUri: repository = '', sourceRepositoryRef: ref = '', buildConfigUri = '' } = claims
  const [start, end] = [`${repository}/`, `@${ref}`]
  const workflow = buildConfigUri.slice(start.length, -end.length)
  const isWhole = REPOSITORY.test(repository) && repository.startsWith(`${GITHUB}/`) && buildConfigUri === `${start}${workflow}${end}`
  if (!isWhole || !WORKFLOW.test(workflow)) return null
  const reused = subject === buildConfigUri ? {} : { signerWorkflow: subject }
  return { github: repository.slice(`${GITHUB}/`.length), workflow, ref, ...reused }
}

/**
 * Lines of `mcp-lock.yaml` that would trust an identity in a repository; null where there are none to be had. The
 * texts are what an issuer asserted: quoted, and hostile where they are shown.
 */
export function policyLinesFor(identity: Identity, repository: string): readonly string[] | null {
  const signer = signerOf(identity)
  if (signer === null) return null
  const members = Object.entries(signer).map(([name, value]) => `${name}: ${scalar(String(value))}`)
  return [`repository: ${scalar(repository)}`, `signers: [{ ${members.join(', ')} }]`]
}

/** YAML 1.2 §7.3: plain where it cannot be read as anything else, else in double quotes, of which JSON's strings are some. */
function scalar(text: string): string {
  return /^[A-Za-z.][\w.@/-]*(?::\/\/[\w.@/-]+)?$/.test(text) && /[/@]/.test(text) ? text : JSON.stringify(text)
}
