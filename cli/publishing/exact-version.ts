/** The version under which something is published for good: a slip of the keyboard should not become one. */
import { valid as isPython } from '@renovatebot/pep440'
import valid from 'semver/functions/valid.js'
import { LockError } from '../../core/codes/errors.ts'
import { VERSION_PATTERN, type PortableSource } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'

type Package = Pick<Extract<PortableSource, { package: unknown }>['package'], 'type' | 'version'>

/**
 * The MCP registry takes any text that is no range; ranges find only versions of semver.
 * @param own null for what is no package
 * @returns what whoever publishes should see first; null for nothing
 * @throws LockError `USAGE` for what is neither a version of semver nor one that its package could have
 */
export function versionNote(version: string, own: Package | null): string | null {
  const shown = displaySafe(version, 200)
  if (!VERSION_PATTERN.test(version)) throw new LockError('USAGE', `\`${shown}\` is not an exact version`)
  if (version === own?.version) return null
  const isVersion = valid(version) !== null || (own?.type === 'pypi' && isPython(version) !== null)
  if (own === null) return isVersion ? null : `\`${shown}\` is no version of semver: who asks for a range never gets it`
  const theirs = displaySafe(own.version, 200)
  if (!isVersion) throw new LockError('USAGE', `\`${shown}\` is neither a version nor that of the package, \`${theirs}\``)
  return `the version is ${shown}, that of its package ${theirs}`
}
