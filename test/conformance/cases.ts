/** The cases of sigstore-conformance in ../shared/vectors (its README says what stands in a folder). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LockError } from '../../core/codes/errors.ts'
import { verifyForeign, type Foreign } from './verify-foreign.ts'

export const folder = join(import.meta.dirname, '../../../shared/vectors/sigstore-conformance')
export const skip = existsSync(folder) ? false : 'the vectors of sigstore-conformance are not beside this checkout'
export const cases = skip === false ? readdirSync(folder).filter((name) => existsSync(join(folder, name, 'bundle.sigstore.json'))) : []
export const BEACON = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject:
    'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main',
}

const read = (name: string, file: string): string | null =>
  existsSync(join(folder, name, file)) ? readFileSync(join(folder, name, file), 'utf8') : null
export const artifactOf = (name: string): string =>
  existsSync(join(folder, name, 'artifact')) ? join(folder, name, 'artifact') : join(folder, 'a.txt')

export function foreign(name: string): Foreign {
  const key = read(name, 'key.pub')
  const signer = {
    issuer: read(name, 'issuer')?.trim() ?? BEACON.issuer,
    subject: read(name, 'identity')?.trim() ?? BEACON.subject,
  }
  return {
    bundle: read(name, 'bundle.sigstore.json') ?? '',
    root: read(name, 'trusted_root.json'),
    signer: key === null ? signer : { key },
    artifact: readFileSync(artifactOf(name)),
  }
}

/** What the client says besides. */
const OWN = ['signed by somebody else', 'a statement about another artifact']

export function holds(it: Foreign): boolean {
  try {
    verifyForeign(it)
    return true
  } catch (error) {
    if (error instanceof LockError || (error instanceof Error && OWN.includes(error.message))) return false
    throw error
  }
}
