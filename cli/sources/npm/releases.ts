/** What a registry has of one package, asked by the machine's own npm. */
import compare from 'semver/functions/compare.js'
import { join } from 'node:path'
import { LockError } from '../../../core/codes/errors.ts'
import { isObject, member, parseStrict, type Json } from '../../../core/json/json.ts'
import { strictest } from '../../../core/packages/release-age.ts'
import type { Release } from '../../../core/packages/releases.ts'
import type { Available, ResolveContext } from '../source-kind.ts'
import { npmLimit } from './release-limit.ts'
import { runNpm } from './run-npm.ts'
import { inTemporaryFolder } from '../../world/temporary-folder.ts'

const FIELDS = ['versions', 'dist-tags', 'time']

/**
 * Every version with its time. What is deprecated is known of the pinned version and of newer ones.
 * @throws LockError `REGISTRY_UNREACHABLE`, `PACKAGE_NOT_FOUND`
 */
export async function releasesOf(name: string, pinned: string, context: ResolveContext): Promise<Available> {
  return inTemporaryFolder((folder) => ask(name, pinned, folder, context))
}

async function ask(name: string, pinned: string, folder: string, context: ResolveContext): Promise<Available> {
  const own = await npmLimit(context)
  const view = (spec: string, fields: readonly string[]): Promise<Json> => viewIn(folder, spec, fields, context)
  const packument = (await found(view(`${name}@${pinned}`, [...FIELDS, 'deprecated']))) ?? (await view(name, FIELDS))
  const versions = list(member(packument, 'versions')).filter((version) => typeof version === 'string')
  const newer = versions.some((version) => compare(version, pinned) > 0)
    ? list(await found(view(`${name}@>${pinned}`, ['name', 'version', 'deprecated'])))
    : []
  const deprecated = new Map([
    [pinned, text(member(packument, 'deprecated'))],
    ...newer.map((one) => [text(member(one, 'version')) ?? '', text(member(one, 'deprecated'))] as const),
  ])
  const times = member(packument, 'time')
  const all = versions.map((version): Release => {
    const published = Date.parse(text(member(times, version)) ?? '')
    return { version, published: Number.isNaN(published) ? null : published, deprecated: deprecated.get(version) ?? null }
  })
  const tags = member(packument, 'dist-tags')
  const named = Object.entries(isObject(tags) ? tags : {}).flatMap(([tag, version]) =>
    typeof version === 'string' ? [[tag, version]] : [],
  )
  return { releases: { all, tags: Object.fromEntries(named) }, limit: strictest([context.limit, own]) }
}

/** Null where the registry has no such version. */
async function found(answer: Promise<Json>): Promise<Json> {
  return answer.catch((error: unknown) => {
    if (error instanceof LockError && error.code === 'PACKAGE_NOT_FOUND') return null
    throw error
  })
}

/** With a cache of its own: where the registry is not reached, npm would answer from the old one without a word. */
async function viewIn(folder: string, spec: string, fields: readonly string[], context: ResolveContext): Promise<Json> {
  const said = await runNpm(['view', '--json', `--cache=${join(folder, 'cache')}`, '--', spec, ...fields], folder, context)
  return said.trim() === '' ? null : parseStrict(said)
}

/** npm gives one of a list without its brackets. */
function list(value: Json | undefined): readonly Json[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]
}

function text(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}
