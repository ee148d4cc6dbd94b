/** How a lock stands with a bundle, for variations of the vectors of signatures; by the function that `verify` uses. */
import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { LockError } from '../core/codes/errors.ts'
import { sha256 } from '../core/json/digest.ts'
import { parseLock } from '../core/lock/lockfile.ts'
import { parsePolicy } from '../core/policy/policy-file.ts'
import { standingOf } from '../core/signing/standing.ts'
import { parseTrustedRoot } from '../core/signing/trusted-root.ts'
import type { Vector } from './sigstore/vector-case.ts'

export const read = (file: string): string => readFileSync(new URL(`vectors/signing/${file}`, import.meta.url), 'utf8')
export const VECTORS: readonly Vector[] = JSON.parse(read('index.json'))

export const LOCK = read('signed.lock')
export const POLICY = read('policies/all.yaml')
export const ROOT = JSON.stringify(JSON.parse(read('roots/root.json')))

/** A bundle without white space, and the policy that it was made for. */
export function vectorNamed(name: string): { readonly bundle: string; readonly policy: string } {
  const { policy = '' } = VECTORS.find((one) => one.name === name) ?? {}
  return { bundle: JSON.stringify(JSON.parse(read(`bundles/${name}.json`))), policy: read(policy) }
}

/** Read once: what is measured is the verification. */
const [usualPolicy, usualRoot, usualLock] = [parsePolicy(POLICY), parseTrustedRoot(ROOT), parseLock(LOCK)]

export interface Project {
  readonly bundle: string
  readonly lock?: string
  readonly policy?: string
  readonly root?: string
  readonly path?: string
}

/** `signed`; or the codes of what is wrong; anything that should not have been thrown is thrown. */
export function standing({ bundle, lock = LOCK, policy = POLICY, root = ROOT, path = 'mcp.lock' }: Project): string {
  try {
    const { signers, repository = null, sigstore } = policy === POLICY ? usualPolicy : parsePolicy(policy)
    const stands = standingOf(
      {
        lock: { text: lock, pins: (lock === LOCK ? usualLock : parseLock(lock)).servers },
        bundle,
        path,
        policy: { path: posix.join(posix.dirname(path), 'mcp-lock.yaml'), sha256: sha256(policy).slice('sha256:'.length) },
      },
      { signers, repository, thresholds: sigstore.thresholds, root: root === ROOT ? usualRoot : parseTrustedRoot(root) },
    )
    return 'findings' in stands ? stands.findings.map(({ code }) => code).join() : stands.kind
  } catch (error) {
    if (error instanceof LockError) return error.code
    throw error
  }
}
