/** Projects out of the vectors of signatures. */
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { run, type Run } from './world.ts'
import index from './vectors/signing/index.json' with { type: 'json' }

const vectors = join(import.meta.dirname, 'vectors/signing')

export type Vector = (typeof index)[number]
export const VECTORS: readonly Vector[] = index

export function vector(name: string): Vector {
  const found = index.find((one) => one.name === name)
  assert.ok(found !== undefined, name)
  return found
}

/** What `show signature` says in a repository with the files of a vector. */
export async function showVector(top: string, { lock, bundle, policy, root, path }: Vector, ...flags: readonly string[]): Promise<Run> {
  const folder = join(top, dirname(path))
  await mkdir(folder, { recursive: true })
  await mkdir(join(top, '.git'), { recursive: true })
  const files = { 'mcp.lock': lock, 'mcp.lock.sigstore.json': bundle, 'mcp-lock.yaml': policy, 'trusted_root.json': root }
  for (const [name, file] of Object.entries(files)) await writeFile(join(folder, name), await readFile(join(vectors, file)))
  return run(top, ['show', 'signature', ...flags], { cwd: folder })
}
