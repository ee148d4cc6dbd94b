/** Packages from an npm registry: the closure is a `package-lock.json`, and npm installs it. */
import { closureSize, isClosureOf, packagesIn, scriptsOf } from '../../../core/packages/closure.ts'
import { LockError } from '../../../core/codes/errors.ts'
import { displaySafe } from '../../../core/text.ts'
import type { SourceKind } from '../source-kind.ts'

const MANIFEST = 'package.json'
const LOCKFILE = 'package-lock.json'

export const npm: SourceKind = {
  files: [MANIFEST, LOCKFILE],

  async resolve({ name, range }, context) {
    const { resolveClosure } = await import('./resolve.ts')
    const { package: pinned, manifest, lockfile, size } = await resolveClosure(name, range, context)
    return { pinned: { package: pinned }, version: pinned.version, closure: { [MANIFEST]: manifest, [LOCKFILE]: lockfile }, size }
  },

  async releases({ name }, pinned, context) {
    const { releasesOf } = await import('./releases.ts')
    return releasesOf(name, pinned, context)
  },

  matches({ package: pinned }, closure) {
    const { [MANIFEST]: manifest, [LOCKFILE]: lockfile } = closure ?? {}
    return pinned?.type === 'npm' && manifest !== undefined && lockfile !== undefined && isClosureOf(pinned, manifest, lockfile)
  },

  packages: (closure) => packagesIn(closure[LOCKFILE] ?? ''),

  sizeOf: (closure) => closureSize(closure?.[LOCKFILE] ?? ''),

  async install({ package: pinned }, { name, bin, args: words }, closure, { scripts }, context) {
    const lockfile = closure?.[LOCKFILE]
    if (pinned?.type !== 'npm' || lockfile === undefined)
      throw new LockError('PACKAGE_UNUSABLE', `the lock has no closure of \`${displaySafe(name, 200)}\``)
    const { installClosure, programOf } = await import('./store.ts')
    const folder = await installClosure(pinned, lockfile, scripts === 'allow', context)
    return { ...(await programOf(folder, pinned.name, bin)), words }
  },

  async checkCopies({ package: pinned }, { scripts }, { workspace, env }) {
    if (pinned?.type !== 'npm') return []
    const [{ checkLocalCopy }, { installedTree, packageFolder }] = await Promise.all([import('./local-copy.ts'), import('./store.ts')])
    return checkLocalCopy(workspace, pinned, packageFolder(installedTree(pinned, scripts === 'allow', env), pinned.name))
  },

  coverage(closure, { scripts }) {
    const names = scripts === 'deny' ? scriptsOf(closure?.[LOCKFILE] ?? '') : []
    return names.length === 0 ? [] : [{ code: 'SCRIPTS_NOT_RUN', detail: names.join(', ') }]
  },
}
