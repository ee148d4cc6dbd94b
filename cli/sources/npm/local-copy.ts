/** The copy of a pinned package that the project itself has: `npx` takes it for the package, whatever its bytes are. */
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import valid from 'semver/functions/valid.js'
import type { Finding } from '../../../core/compare/finding.ts'
import type { NpmPackage } from '../../../core/launch/source.ts'
import { atMost, displaySafe } from '../../../core/text.ts'
import { readTextFile } from '../../world/files.ts'
import { differingFiles } from '../tree-manifest.ts'
import { member } from '../../../core/json/json.ts'
import { parseLoose } from '../../../core/json/loose.ts'

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

const MAX_MANIFEST = 16 * 1024 * 1024

/** As npm reads it. */
async function versionOf(folder: string): Promise<string | null> {
  const text = await readTextFile(join(folder, 'package.json'), MAX_MANIFEST).catch(() => null)
  const version = member(parseLoose(text), 'version')
  return typeof version === 'string' ? valid(version, { loose: true }) : null
}
