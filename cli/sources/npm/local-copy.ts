/** The copy of a pinned package that the project itself has: `npx` takes it for the package, whatever its bytes are. */
import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from '../../../core/compare/finding.ts'
import { member, parseStrict } from '../../../core/json/json.ts'
import type { NpmPackage } from '../../../core/launch/source.ts'
import { atMost, displaySafe } from '../../../core/text.ts'
import { differingFiles } from '../tree-manifest.ts'

const SHOWN = 3

/**
 * What of the copy is not the pinned package, of which `stored` is one; nothing where the project has none of this version.
 * What it depends on is not looked at.
 */
export async function checkLocalCopy(project: string, { name, version }: NpmPackage, stored: string): Promise<Finding[]> {
  const copy = await realpath(join(project, 'node_modules', ...name.split('/'))).catch(() => null)
  if (copy === null || (await versionOf(copy)) !== version) return []
  const files = differingFiles(stored, copy)
  if (files.length === 0) return []
  const shown = files.map((file) => `\`node_modules/${displaySafe(`${name}/${file}`, 300)}\``)
  return [{ code: 'LOCAL_COPY_CHANGED', subject: 'source', pointer: '/package', detail: atMost(SHOWN, shown).join(', ') }]
}

async function versionOf(folder: string): Promise<string | null> {
  try {
    const version = member(parseStrict(await readFile(join(folder, 'package.json'), 'utf8')), 'version')
    return typeof version === 'string' ? version : null
  } catch {
    return null
  }
}
