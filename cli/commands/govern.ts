/** `withdraw`, `deprecate`, `revoke`, `pause`, `resume` and `transfer`: what becomes of what is published. */
import { LockError } from '../../core/codes/errors.ts'
import { parseManifest, type Action, type ControlPredicate, type Target } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import type { Opened } from '../publishing/desk.ts'
import type { FilingOptions } from '../publishing/file-statement.ts'
import { govern } from '../publishing/govern.ts'
import { signerIdOf } from '../publishing/signer-words.ts'
import { splitName } from '../publishing/subject.ts'
import { registryHere } from '../registry/open-registry.ts'
import type { World } from '../world/world.ts'

export type GovernOptions = FilingOptions & {
  readonly action: Exclude<Action, 'approve'>
  /** `NAME`, `NAME@VERSION`; null where a flag says what it is about. */
  readonly target: string | null
  readonly all?: boolean
  /** Of a manifest. */
  readonly digest?: string
  readonly signer?: string
  readonly issuer?: string
  /** The record from which on a signer is revoked. */
  readonly fromRecord?: number
  readonly reason?: NonNullable<ControlPredicate['reason']>['code']
  readonly text?: string
}

export async function governCommand(options: GovernOptions, world: World): Promise<number> {
  const { action, target, reason, text } = options
  const given = [target !== null, options.all === true, options.digest !== undefined, options.signer !== undefined].filter((one) => one)
  if (given.length !== 1) throw new LockError('USAGE', `say one thing that it is about; see \`mcp-lock ${action} --help\``)
  if (text !== undefined && reason === undefined) throw new LockError('USAGE', '--text says more about a --reason')
  if (options.signer === undefined && (options.issuer !== undefined || options.fromRecord !== undefined))
    throw new LockError('USAGE', '--issuer and --from-record go with --signer')
  const opened = await registryHere(world, options)
  const about = await targetOf(options, opened, world)
  await govern(
    { action, target: about, ...(reason === undefined ? {} : { reason: { code: reason, text: text ?? '' } }) },
    options,
    opened,
    world,
  )
  return 0
}

async function targetOf(
  { action, target, all, digest, signer, issuer, fromRecord }: GovernOptions,
  { api }: Opened,
  world: World,
): Promise<Target> {
  if (all === true) return { kind: 'all' }
  if (signer !== undefined) return { kind: 'signer', identity: await signerIdOf(signer, issuer ?? null, world), fromIndex: fromRecord ?? 0 }
  if (digest !== undefined) {
    if (!/^sha256:[0-9a-f]{64}$/.test(digest))
      throw new LockError('USAGE', `--digest: expected sha256:…, got \`${displaySafe(digest, 100)}\``)
    const { name, version } = parseManifest(await api.manifest(digest))
    return { kind: 'manifest', name, version, digest: digest as `sha256:${string}` } // its form was checked
  }
  const { name, version } = splitName(target ?? '')
  if (version === null && action === 'withdraw') throw new LockError('USAGE', 'an approval is of one version: NAME@VERSION')
  if (version !== null && action === 'transfer')
    throw new LockError('USAGE', 'a name is transferred, with all its versions: leave out the version')
  return version === null ? { kind: 'name', name } : { kind: 'version', name, version }
}
