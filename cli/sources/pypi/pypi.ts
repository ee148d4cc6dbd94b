/** Packages from a Python index: the closure is a `requirements.txt` with hashes, and uv or pip installs it. */
import { LockError } from '../../../core/codes/errors.ts'
import { isRequirementsOf, readRequirements } from '../../../core/packages/requirements.ts'
import { displaySafe } from '../../../core/text.ts'
import type { SourceKind } from '../source-kind.ts'

const REQUIREMENTS = 'requirements.txt'

export const pypi: SourceKind = {
  files: [REQUIREMENTS],

  async resolve(artifact, context) {
    const { resolveRequirements } = await import('./resolve.ts')
    const { package: pinned, requirements, size } = await resolveRequirements(artifact, context)
    return { pinned: { package: pinned }, version: pinned.version, closure: { [REQUIREMENTS]: requirements }, size }
  },

  async releases(artifact, pinned, context) {
    const { releasesOf } = await import('./releases.ts')
    return releasesOf(artifact, pinned, context)
  },

  matches({ package: pinned }, closure) {
    const text = closure?.[REQUIREMENTS]
    return pinned?.type === 'pypi' && text !== undefined && isRequirementsOf(pinned, text)
  },

  packages: (closure) =>
    (readRequirements(closure[REQUIREMENTS] ?? '')?.entries ?? []).map(({ name, version }) => ({
      name,
      version,
      registry: true,
      script: false,
    })),

  sizeOf: (closure) => new Set(readRequirements(closure?.[REQUIREMENTS] ?? '')?.entries.map(({ name }) => name)).size,

  async install({ package: pinned }, artifact, closure, { scripts }, context) {
    const text = closure?.[REQUIREMENTS]
    if (pinned?.type !== 'pypi' || text === undefined)
      throw new LockError('PACKAGE_UNUSABLE', `the lock has no closure of \`${displaySafe(artifact.name, 200)}\``)
    const { installRequirements, programIn } = await import('./install.ts')
    const environment = await installRequirements(pinned, text, artifact, scripts === 'allow', context)
    return { ...(await programIn(environment, artifact.bin ?? artifact.name)), words: artifact.args }
  },

  checkCopies: async () => [],

  coverage(closure) {
    const only = readRequirements(closure?.[REQUIREMENTS] ?? '')?.only ?? null
    return only === null ? [] : [{ code: 'OTHER_PLATFORMS', detail: `${only} is; uv pins for all of them` }]
  },
}
