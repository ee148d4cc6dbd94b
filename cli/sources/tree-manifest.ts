/**
 * What a folder of the store held when it was installed: for each file its digest and, so that it need not be
 * hashed each time, the size, times, inode and mode by which git too sees that a file was left alone. The
 * kernel sets a file's change time; whoever can set that, or can write the manifest, is not seen here.
 */
import { createHash } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs'
import { basename, extname, join } from 'node:path'

/** By path from the folder, with slashes; the folder itself is ''. */
export type Manifest = { readonly [path: string]: readonly [stamp: string, content: string] }

export type Difference = { readonly path: string; readonly what: 'changed' | 'missing' | 'added' }

/** A folder's content: what is in it has entries of its own. */
const FOLDER = 'folder'

export function recordTree(root: string): Manifest {
  const manifest: { [path: string]: [string, string] } = {}
  record(root, '', manifest)
  return manifest
}

/**
 * What differs from the manifest, and the manifest with the stamps of today, null where they are those it has.
 * What the program itself may have written beside its code is no difference: a new file that no loader takes for code.
 */
export function compareTree(
  root: string,
  manifest: Manifest,
): { readonly differences: readonly Difference[]; readonly renewed: Manifest | null } {
  const differences: Difference[] = []
  const renewed: { [path: string]: readonly [string, string] } = { ...manifest }
  let isRenewed = false
  for (const [path, [stamp, content]] of Object.entries(manifest)) {
    const stat = lstatSync(join(root, path), { throwIfNoEntry: false })
    if (stat === undefined) {
      differences.push({ path, what: 'missing' })
      continue
    }
    const now = stampOf(stat)
    if (now === stamp) continue
    const found = contentOf(join(root, path), stat)
    if (found !== content) differences.push({ path, what: 'changed' })
    else if (found === FOLDER) differences.push(...additions(root, path, renewed))
    renewed[path] = [now, content]
    isRenewed = true
  }
  return { differences, renewed: isRenewed ? renewed : null }
}

/** What is new in a folder and may be code; folders that are new are known from then on. */
function additions(root: string, folder: string, known: { [path: string]: readonly [string, string] }): Difference[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry): Difference[] => {
    const path = below(folder, entry.name)
    if (Object.hasOwn(known, path)) return []
    if (!entry.isDirectory()) return entry.isFile() && !mayBeCode(path) ? [] : [{ path, what: 'added' }]
    known[path] = [stampOf(lstatSync(join(root, path))), FOLDER]
    return additions(root, path, known)
  })
}

/** What Node, Python or the system's loader finds by its name. A name with a dot in front is none that they look for. */
const CODE = /^(?:\.(?:[cm]?[jt]s|node|wasm|py[cdw]?|pth|_pth|so|dylib|dll|exe)|)$/i
/** Which other code they load, and from where; `lib.so.1` is a library too. */
const CHOOSING = /^(?:package\.json|pyvenv\.cfg)$|\.so(?:\.\d+)+$/i

/** Python writes what it compiled into folders of its own, whenever it likes. */
function mayBeCode(path: string): boolean {
  const name = basename(path)
  if (CHOOSING.test(name)) return true
  if (/(?:^|\/)__pycache__\/[^/]+\.pyc$/.test(path)) return false
  return CODE.test(extname(name)) && !(name.startsWith('.') && extname(name) === '')
}

/** Files that two folders do not have alike, by path; those below their own `node_modules`, and new ones that are no code, do not count. */
export function differingFiles(root: string, other: string): string[] {
  const [ours, theirs] = [recordTree(root), recordTree(other)]
  const isOwn = (path: string): boolean => !/(?:^|\/)node_modules(?:\/|$)/.test(path)
  const bytes = (entry: Manifest[string] | undefined): string | undefined => entry?.[1].replace(/^program/, 'file')
  const changed = Object.keys(ours).filter((path) => bytes(ours[path]) !== bytes(theirs[path]))
  const added = Object.entries(theirs).filter(([path, [, content]]) => !Object.hasOwn(ours, path) && content !== FOLDER && mayBeCode(path))
  return [...changed, ...added.map(([path]) => path)].filter(isOwn)
}

function record(root: string, path: string, manifest: { [path: string]: [string, string] }): void {
  const full = join(root, path)
  const stat = lstatSync(full)
  manifest[path] = [stampOf(stat), contentOf(full, stat)]
  if (stat.isDirectory()) for (const name of readdirSync(full)) record(root, below(path, name), manifest)
}

function stampOf({ size, mtimeMs, ctimeMs, ino, mode }: Stats): string {
  return [size, mtimeMs, ctimeMs, ino, mode].join(' ')
}

function contentOf(file: string, stat: Stats): string {
  if (stat.isDirectory()) return FOLDER
  if (stat.isSymbolicLink()) return `link ${readlinkSync(file)}`
  if (!stat.isFile()) return 'other'
  const runs = process.platform !== 'win32' && (stat.mode & 0o111) !== 0
  return `${runs ? 'program' : 'file'} ${createHash('sha256').update(readFileSync(file)).digest('base64')}`
}

function below(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
