/** Adding to `mcp-lock.yaml` whom a team trusts. */
import { canonicalize } from '../json/digest.ts'
import { LockError } from '../codes/errors.ts'
import type { Signer } from '../identity/signer.ts'
import { parsePolicy } from './policy-file.ts'
import { putInYaml, yamlLines, type YamlValue } from './policy-edit.ts'
import { POLICY_FILE, type Policy } from './policy.ts'

/** Members that the policy does not have yet; those of `sigstore` take the place of what is there. */
export type TrustAddition = {
  readonly repository?: string
  readonly signer?: Signer
  readonly sigstore?: { readonly trustedRoot?: string; readonly signingConfig?: string }
}

/** What is added, as lines of YAML for a person. */
export function additionLines({ repository, signer, sigstore }: TrustAddition): string[] {
  return yamlLines({
    ...(repository === undefined ? {} : { repository }),
    ...(signer === undefined ? {} : { signers: [asYaml(signer)] }),
    ...(sigstore === undefined ? {} : { sigstore }),
  })
}

/**
 * The policy's text with an addition, and every other byte as it was; `''` for a policy that is not there yet.
 * @throws LockError `POLICY_INVALID`; `USAGE`, where it is not certain that nothing else would change
 */
export function addTrust(text: string, addition: TrustAddition): string {
  const before = parsePolicy(text)
  const { repository, signer, sigstore = {} } = addition
  const puts: (readonly [path: readonly string[], value: YamlValue])[] = [
    ...(repository === undefined ? [] : [[['repository'], repository] as const]),
    ...(signer === undefined ? [] : [[['signers'], [asYaml(signer)]] as const]),
    ...Object.entries(sigstore).map(([name, file]) => [['sigstore', name], file] as const),
  ]
  const edited = puts.reduce<string | null>((now, [path, value]) => (now === null ? null : putInYaml(now, path, value)), text)
  const expected: Policy = {
    ...before,
    ...(repository === undefined ? {} : { repository: { uri: repository } }),
    signers: signer === undefined ? before.signers : [...before.signers, signer],
    sigstore: { ...before.sigstore, ...sigstore },
  }
  if (edited === null || !isPolicy(edited, expected))
    throw new LockError('USAGE', `${POLICY_FILE} is written in a way that mcp-lock does not add to; write the lines into it yourself`)
  return edited
}

function asYaml(signer: Signer): YamlValue {
  return { ...signer }
}

function isPolicy(text: string, expected: Policy): boolean {
  try {
    return canonicalize(parsePolicy(text)) === canonicalize(expected)
  } catch (error) {
    if (error instanceof LockError) return false
    throw error
  }
}
