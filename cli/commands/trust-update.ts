/** `mcp-lock trust update`: the trusted root as a TUF repository has it now. The only command that asks one. */
import { LockError } from '../../core/codes/errors.ts'
import { parseSigningConfig } from '../../core/signing/signing-config.ts'
import { parseTrustedRoot } from '../../core/signing/trusted-root.ts'
import { displaySafe } from '../../core/text.ts'
import { networkOf } from '../network/network.ts'
import { findRoot } from '../project/project.ts'
import { changesTo, sharesNothing } from '../report/root-change.ts'
import publicGoodRoot from '../tuf/public-good-root.json' with { type: 'json' }
import { fetchTargets, type Mirror } from '../tuf/fetch-targets.ts'
import { readNamedFile } from '../world/files.ts'
import type { World } from '../world/world.ts'
import { standingIn, takeRoot } from './take-root.ts'

export type TrustUpdateOptions = { readonly mirror?: string; readonly root?: string; readonly timeout: number; readonly yes: boolean }

const PUBLIC_GOOD = 'https://tuf-repo-cdn.sigstore.dev'
const ROOT = 'trusted_root.json'
/** Sigstore has one for each version of its form. */
const SIGNING = 'signing_config.v0.2.json'
const MAX_METADATA = 512 * 1024

export async function trustUpdate(options: TrustUpdateOptions, world: World): Promise<number> {
  const mirror = await mirrorOf(options, world)
  const standing = await standingIn(await findRoot(world), world)
  const { present, policy } = standing
  world.stderr(`  asking ${displaySafe(mirror.url.host, 200)}\n`)
  const limits = { signal: world.signal, timeout: options.timeout * 1_000 }
  // Where a key signs, a signing config decides whether the public sees it: nobody gets one unasked.
  const wantsSigning = options.mirror !== undefined || policy.sigstore.signingConfig !== undefined
  const texts = await fetchTargets(mirror, wantsSigning ? [ROOT, SIGNING] : [ROOT], await networkOf(world.env), limits)
  const text = texts.get(ROOT)
  if (text === undefined || text === null) throw new LockError('TUF_INVALID', `\`${mirror.url.host}\` has no \`${ROOT}\``)
  const root = { text, root: LockError.within(`\`${ROOT}\` of \`${mirror.url.host}\``, () => parseTrustedRoot(text)) }
  const ofSigning = texts.get(SIGNING) ?? null
  const where = `\`${SIGNING}\` of \`${mirror.url.host}\``
  const signing = ofSigning === null ? null : { text: ofSigning, config: LockError.within(where, () => parseSigningConfig(ofSigning)) }
  if (options.mirror === undefined && sharesNothing(changesTo(root.root, present)))
    throw new LockError(
      'USAGE',
      'what is trusted here is not the public good instance; name the repository that it comes from with `--mirror URL --root FILE`',
    )
  const isEmbedded = !(present instanceof LockError) && present.from === 'embedded' && present.text === text && signing === null
  if (isEmbedded || !(await takeRoot({ root, signing }, standing, options.yes, world)))
    world.stderr('nothing to change: the trusted root is the newest\n')
  return 0
}

/** @throws LockError `USAGE`, `FILE_UNREADABLE` */
async function mirrorOf({ mirror, root }: TrustUpdateOptions, { cwd }: World): Promise<Mirror> {
  if ((mirror === undefined) !== (root === undefined))
    throw new LockError('USAGE', '--mirror and --root go together: the files of a repository are believed by its root')
  if (mirror === undefined || root === undefined) return { url: new URL(PUBLIC_GOOD), root: JSON.stringify(publicGoodRoot) }
  const url = URL.parse(mirror)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new LockError('USAGE', '--mirror is the URL of a TUF repository, without a login in it')
  return { url, root: await readNamedFile('root', root, cwd, MAX_METADATA) }
}
