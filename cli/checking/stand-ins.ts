/**
 * What a client's own package runner starts in the place of the package that it names: most look into the
 * project first, and take what has the launch's own word for a name, whatever version that word asks for.
 */
import { lstat, opendir } from 'node:fs/promises'
import { dirname, join, posix, relative, resolve } from 'node:path'
import type { Finding } from '../../core/compare/finding.ts'
import { artifactOf, type Artifact } from '../../core/launch/artifact.ts'
import { isRemote, stdioLaunch, type StdioLaunch } from '../../core/launch/launch.ts'
import { npm } from '../../core/launch/npm-launch.ts'
import type { Configured } from '../clients/configured.ts'
import { inRepository, isUsers, type Project } from '../project/project.ts'
import { exists, readTextFile } from '../world/files.ts'
import { member } from '../../core/json/json.ts'
import { parseLoose } from '../../core/json/loose.ts'
import { fromWorkspace } from '../../core/launch/template.ts'

const MAX_FILE = 16 * 1024 * 1024

/** Of a server behind `run` the words of mcp-lock count, for its own are started from the store. */
export async function checkStandIns(
  { entries }: Pick<Configured, 'entries'>,
  project: Pick<Project, 'root' | 'workspace'>,
): Promise<Finding[]> {
  if (isUsers(project)) return []
  const found = new Set<string>()
  for (const { launch, wrapper, carrier } of entries) {
    const started = isRemote(launch) ? bridging(carrier) : (wrapper?.launch ?? launch)
    // A bridge is a package for its runner, whatever it is for us.
    const artifact = isRemote(launch) ? npm.read(started) : artifactOf(started)
    const cwd = resolve(project.root, fromWorkspace(isRemote(launch) ? '.' : (launch.cwd ?? '.'), project.root))
    const known = artifact === null || artifact === 'unclear' ? [] : await standIns(started, artifact, cwd, project.root)
    for (const what of known) found.add(what)
  }
  return [...found].map((detail) => ({ code: 'LAUNCH_SHADOWED', subject: 'source', pointer: '/launch/args', detail }))
}

/** What a client starts that reaches an address through a program. */
function bridging([command = '', ...args]: readonly string[]): StdioLaunch {
  return stdioLaunch({ command, args })
}

/** Each as a phrase that says where. */
async function standIns({ command, args }: StdioLaunch, artifact: Artifact, cwd: string, root: string): Promise<string[]> {
  const { token, bin, name, range } = artifact
  const word = args[token.index] ?? ''
  if (command === 'pipx') {
    const isOperand = !/^--spec(?:=|$)/.test(word) && args[token.index - 1] !== '--spec'
    return isOperand && (await isThere(join(cwd, word))) ? [`the file \`${shown(root, join(cwd, word))}\``] : []
  }
  const isNpm = command === 'npx' || command === 'npm'
  if (!isNpm && !(/^bunx?$/.test(command) && range === '')) return []
  const found: string[] = []
  for (const folder of await foldersUp(cwd, root)) {
    if (isNpm) found.push(...(await settingsIn(folder, root)))
    if (bin !== null) continue
    if (isNpm && (await namesProgram(folder, word))) found.push(`a program \`${word}\` in \`${shown(root, join(folder, 'package.json'))}\``)
    const link = join(folder, 'node_modules', '.bin', word)
    // A dependency's own program; its bytes are another check's.
    const isOwn = word === name && (await exists(join(folder, 'node_modules', name)))
    if (!isOwn && (await isThere(link))) found.push(`\`${shown(root, link)}\``)
  }
  return found
}

/** From where the client starts it to the top of the repository. */
async function foldersUp(cwd: string, root: string): Promise<string[]> {
  const depth = (await inRepository(root)).split('/').filter((part) => part !== '').length
  const top = resolve(root, ...Array<string>(depth).fill('..'))
  const folders: string[] = []
  for (let folder = cwd; !relative(top, folder).startsWith('..'); folder = dirname(folder)) {
    folders.push(folder)
    if (folder === top) return folders
  }
  return []
}

/** What of a project's `.npmrc` chooses the shell that starts the program, what Node loads, or where programs are kept. */
const CHOOSING = /^(?:cache|call|git|global|globalconfig|location|node-options|package|prefix|script-shell|shell|userconfig)(?:\[\])?$/

async function settingsIn(folder: string, root: string): Promise<string[]> {
  const text = (await readTextFile(join(folder, '.npmrc'), MAX_FILE)) ?? ''
  const keys = text.split(/[\r\n]+/).map((line) => line.split('=')[0]?.trim() ?? '')
  // npm fills variables into keys too.
  const chosen = keys.filter((key) => CHOOSING.test(key.replaceAll(/["']/g, '').replaceAll('_', '-')) || /^[^;#].*\$\{/.test(key))
  return chosen.filter((key) => !key.startsWith('//')).map((key) => `\`${key}\` in \`${shown(root, join(folder, '.npmrc'))}\``)
}

/** Whether a package has a program of this name, as npm reads it: by the last part of a key, or by the files of a folder. */
async function namesProgram(folder: string, word: string): Promise<boolean> {
  const manifest = parseLoose(await readTextFile(join(folder, 'package.json'), MAX_FILE))
  const [bin, name, programs] = [member(manifest, 'bin'), member(manifest, 'name'), member(member(manifest, 'directories'), 'bin')]
  const names = typeof bin === 'string' ? [typeof name === 'string' ? name : ''] : Object.keys(Object(bin))
  if (names.some((key) => lastPart(key) === word)) return true
  return typeof programs === 'string' && mayHold(join(folder, join('/', programs)), word)
}

const MAX_FILES = 20_000

/** Whether a file of this name is in the folder, however deep; with a link in it, too many files or one that cannot be read, that is not ruled out. */
async function mayHold(folder: string, word: string): Promise<boolean> {
  if (!(await exists(folder))) return false
  try {
    let seen = 0
    for await (const entry of await opendir(folder, { recursive: true }))
      if (entry.isSymbolicLink() || lastPart(entry.name) === word || ++seen > MAX_FILES) return true
    return false
  } catch {
    return true
  }
}

function lastPart(name: string): string {
  return posix.basename(name.replaceAll(/[\\:]/g, '/'))
}

function shown(root: string, path: string): string {
  return relative(root, path).replaceAll('\\', '/')
}

/** A link to nowhere too. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    (stat) => !stat.isDirectory(),
    () => false,
  )
}
