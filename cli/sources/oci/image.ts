/** Container images: pinned by the digest of their index, which covers every platform; the engine pulls and starts them. */
import { LockError } from '../../../core/codes/errors.ts'
import type { SourceKind } from '../source-kind.ts'

export const image: SourceKind = {
  files: [],

  async resolve({ name, range }, context) {
    if (context.limit !== null && !range.startsWith('sha256:'))
      throw new LockError('RELEASE_UNDATED', `a registry does not say when \`${name}\` was published; name its digest in the client config`)
    const { digestOf } = await import('./registry.ts')
    const digest = await digestOf(name, range === '' ? 'latest' : range, context)
    return { pinned: { image: { digest, name } }, version: digest, closure: null, size: 0 }
  },

  async releases({ name, extras, range }, pinned, context) {
    const { digestOf } = await import('./registry.ts')
    const tag = range === '' || range.startsWith('sha256:') ? extras.slice(1) || 'latest' : range
    const now = await digestOf(name, tag, context)
    const all = [...new Set([pinned, now])].map((version) => ({ version, published: null, deprecated: null }))
    return { releases: { all, tags: { [tag]: now, latest: now } }, limit: context.limit }
  },

  matches: ({ image: pinned }) => pinned !== undefined,

  packages: () => [],

  sizeOf: () => 0,

  async install({ image: pinned }, { bin, extras, args, options, token }, _, __, context) {
    if (pinned === undefined || bin === null) throw new LockError('PACKAGE_UNUSABLE', 'the lock has no digest of the image')
    // Not every engine takes a tag beside the digest, and none looks at it.
    const reference = `${token.before.slice(0, -1 - extras.length)}@${pinned.digest}`
    const { pullImage } = await import('./pull.ts')
    await pullImage(bin, options.filter(([name]) => name === '--platform').flat(), reference, context)
    return { command: bin, args: [], words: args.with(token.index, reference) }
  },

  checkCopies: async () => [],

  coverage: () => [],
}
