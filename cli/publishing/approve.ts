/** An approval, given by somebody who has seen what is approved. */
import { LockError } from '../../core/codes/errors.ts'
import { EMPTY_LOCK, type Lock } from '../../core/lock/lockfile.ts'
import {
  digestOf,
  parseManifest,
  versionsOf,
  type History,
  type Manifest,
  type Target,
  type VersionState,
} from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import { compareLocks } from '../report/compare-locks.ts'
import { renderFindings } from '../report/findings.ts'
import { serverLines } from '../report/surface-lines.ts'
import type { World } from '../world/world.ts'
import { asPin } from './as-pin.ts'
import { controlOf } from './control-statement.ts'
import { headOf, historyOf, type Opened } from './desk.ts'
import { fileStatement, type FilingOptions } from './file-statement.ts'
import { wordManifest } from './publish.ts'

type Wanted = {
  readonly name: string
  readonly version: string
  /** The version it is compared with. */ readonly diff: string | null
  readonly expires: string | null
}

/** @throws LockError, and nothing is signed then */
export async function approveManifest(
  { name, version, diff, expires }: Wanted,
  options: FilingOptions,
  opened: Opened,
  world: World,
): Promise<void> {
  const { rules } = opened.trust
  const [seen, history] = await Promise.all([headOf(opened), historyOf(name, opened)])
  const target = manifestTarget(name, version, history)
  const manifest = await fetchManifest(target, opened)
  const now = world.now()
  const previous = previousOf(versionsOf(history, rules, now), version, diff)
  const before = previous === null ? null : await fetchManifest({ ...previous, kind: 'manifest' }, opened)
  const order = { action: 'approve', target, ...(expires === null ? {} : { expires }) } as const
  await fileStatement(
    {
      ...controlOf(order, seen, history, rules, now),
      verb: 'approve',
      what: () => `${wordManifest(manifest)}${expires === null ? '' : `, until ${expires}`}`,
      show: () =>
        world.stdout(
          before === null
            ? `${serverLines(name, asPin(manifest), { color: world.color }).join('\n')}\n`
            : difference(before, manifest, world),
        ),
      consequence: 'it counts, as that of one person, for every client of the registry',
      parts: {},
    },
    options,
    opened,
    world,
  )
}

/** What was published as a version. @throws LockError `NOT_LISTED` */
export function manifestTarget(name: string, version: string, history: History): Extract<Target, { kind: 'manifest' }> {
  const found = history.publications.find(({ statement }) => statement.predicate.version === version)
  if (found === undefined) throw new LockError('NOT_LISTED', `the registry has no \`${displaySafe(`${name}@${version}`, 500)}\``)
  return { kind: 'manifest', name: found.statement.predicate.name, version, digest: digestOf(found.statement) }
}

/** The manifest of a digest, every digest in it computed anew. @throws LockError `MANIFEST_MISMATCH`, `MANIFEST_INVALID` */
async function fetchManifest({ name, version, digest }: Extract<Target, { kind: 'manifest' }>, { api }: Opened): Promise<Manifest> {
  const manifest = parseManifest(await api.manifest(digest))
  if (manifest.name !== name || manifest.version !== version)
    throw new LockError('MANIFEST_MISMATCH', `under \`${displaySafe(`${name}@${version}`, 500)}\` stands the manifest of another server`)
  return manifest
}

/** The version that is named, or the last one before that is approved and stands; null where there is none. */
function previousOf(versions: readonly VersionState[], version: string, named: string | null): VersionState | null {
  const others = versions.filter((one) => one.version !== version)
  if (named === null) return others.findLast(({ approvals, revoked }) => approvals.length > 0 && revoked === null) ?? null
  const found = others.find((one) => one.version === named)
  if (found === undefined) throw new LockError('NOT_LISTED', `there is no version \`${displaySafe(named, 200)}\` to compare with`)
  return found
}

function difference(before: Manifest, after: Manifest, world: World): string {
  const lock = (manifest: Manifest): Lock => ({ ...EMPTY_LOCK, servers: { [after.name]: asPin(manifest) } })
  const { verdict, notes } = compareLocks('', lock(before), lock(after))
  const findings = verdict.servers[after.name]?.findings ?? []
  const what = `  ${displaySafe(`${after.name}, ${before.version} → ${after.version}`, 500)}`
  if (findings.length === 0) return `${what}: the same source and the same definitions\n`
  const columns = world.terminal?.columns
  const context = { color: world.color, indent: '    ', ...(columns === undefined ? {} : { columns }) }
  return [what, ...(notes[after.name] ?? []).map((note) => `    ${displaySafe(note, 500)}`), renderFindings(findings, context)].join('\n')
}
