/** Which of two versions is the newer: SemVer where both are; what is none comes before all that are. */
import compare from 'semver/functions/compare.js'
import valid from 'semver/functions/valid.js'
import prerelease from 'semver/functions/prerelease.js'

/** A lower version than the newest never becomes `latest`, nor does a prerelease while there is a release. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [valid(version), valid(than)]
  if (a === null || b === null) return a !== null || b === null
  const [early, earlyThan] = [prerelease(a) !== null, prerelease(b) !== null]
  return early === earlyThan ? compare(a, b) > 0 : !early
}
