/** When the releases of a closure were published, asked in one run of npm. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClosureEntry } from '../../../core/packages/closure.ts'
import { member, parseStrict, type Json } from '../../../core/json/json.ts'
import type { Dated } from '../../../core/packages/release-age.ts'
import type { SourceContext } from '../source-kind.ts'
import { runNpm } from './run-npm.ts'
import { inTemporaryFolder } from '../../world/temporary-folder.ts'

/** @throws LockError `REGISTRY_UNREACHABLE`, `PACKAGE_NOT_FOUND` */
export async function publishedOf(packages: readonly ClosureEntry[], context: SourceContext): Promise<Dated[]> {
  const asked = packages.filter(({ registry }) => registry)
  const times = await timesOf([...new Set(asked.map(({ name }) => name))], context)
  return packages.map(({ name, version, registry }) => {
    const time = registry ? member(member(member(times, name), 'time'), version) : undefined
    const published = typeof time === 'string' ? Date.parse(time) : Number.NaN
    return { name, version, published: Number.isNaN(published) ? null : published }
  })
}

/** `npm view` asks about one package, or about each workspace of a project: so it has one for each. */
async function timesOf(names: readonly string[], context: SourceContext): Promise<Json> {
  return inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'closure', workspaces: ['asked/*'] }))
    for (const [i, name] of names.entries()) {
      await mkdir(join(folder, 'asked', `${i}`), { recursive: true })
      await writeFile(join(folder, 'asked', `${i}`, 'package.json'), JSON.stringify({ name, version: '0.0.0' }))
    }
    return parseStrict(await runNpm(['view', '.', 'name', 'time', '--json', '--workspaces'], folder, context))
  })
}
