/** A signer as lines of `mcp-lock.yaml`, where loading what writes YAML would take too long. */
import type { GithubSigner, SubjectSigner } from './signer.ts'

/**
 * Lines of `mcp-lock.yaml` that trust a signer in a repository. The texts are what an issuer asserted: quoted, and hostile
 * where they are shown.
 */
export function policyLines(signer: GithubSigner | SubjectSigner, repository: string): readonly string[] {
  return [`repository: ${scalar(repository)}`, signersLine(signer)]
}

export function signersLine(signer: GithubSigner | SubjectSigner): string {
  const members = Object.entries(signer).map(([name, value]) => `${name}: ${scalar(String(value))}`)
  return `signers: [{ ${members.join(', ')} }]`
}

/** YAML 1.2 §7.3: plain where it cannot be read as anything else, else in double quotes, of which JSON's strings are some. */
function scalar(text: string): string {
  return /^[A-Za-z.][\w.@/-]*(?::\/\/[\w.@/-]+)?$/.test(text) && /[/@]/.test(text) ? text : JSON.stringify(text)
}
