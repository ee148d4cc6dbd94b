/** A manifest on its way into the registry. */
import { countDefinitions } from '../../core/compare/verify.ts'
import { counted } from '../../core/compare/wording.ts'
import { formatManifest, manifestDigest, type Manifest } from '../../core/registry/index.ts'
import { wordRole } from '../../core/registry/rules.ts'
import { displaySafe } from '../../core/text.ts'
import type { World } from '../world/world.ts'
import { historyOf, type Opened } from './desk.ts'
import { fileStatement, type Filing, type FilingOptions } from './file-statement.ts'
import { lookAlikeLines } from './look-alikes.ts'
import { publicationOf } from './manifest-statement.ts'
import type { Subject } from './subject.ts'

export type PublishManifestOptions = FilingOptions & {
  /** Whether somebody else than the author lists it; without, the rules decide. */
  readonly observer: boolean
  /** Whether everything but the signature and what follows it is done. */
  readonly dryRun: boolean
}

/** @throws LockError, and nothing is sent then */
export async function publishManifest(
  { manifest, closure, metadata }: Subject,
  options: PublishManifestOptions,
  opened: Opened,
  world: World,
): Promise<void> {
  const history = await historyOf(manifest.name, opened)
  for (const line of await lookAlikeLines(manifest, opened)) world.stderr(`  ! ${line}\n`)
  const text = formatManifest(manifest).toString()
  const filing: Filing = {
    ...publicationOf(manifest, options.observer ? 'observer' : null, history, opened.trust.rules),
    verb: 'publish',
    what: (statement) => `${wordManifest(manifest)}${statement.kind === 'manifest' ? `, ${wordRole(statement.predicate.role)}` : ''}`,
    consequence: `the manifest${closure === null ? '' : ' and the list of its packages'} become public there too; it never changes, and who may approves it`,
    parts: { manifest: text, ...(closure === null ? {} : { closure }), ...(Object.keys(metadata).length === 0 ? {} : { metadata }) },
  }
  await fileStatement(filing, options, opened, world)
}

/** What a manifest is of, fit to be shown. */
export function wordManifest(manifest: Manifest): string {
  const { name, version, source, surface } = manifest
  const from =
    'package' in source
      ? `${source.package.type} ${source.package.name}@${source.package.version}`
      : 'image' in source
        ? `image ${source.image.name}`
        : source.remote.url
  const digest = manifestDigest(formatManifest(manifest)).slice(0, 'sha256:'.length + 12)
  return `${displaySafe(name, 300)}@${displaySafe(version, 200)}: ${displaySafe(from, 300)}, ${counted(countDefinitions(surface), 'definition')}, ${digest}…`
}
