/** `mcp-lock init`: tells git how locks are kept and merged, and a person what is left to do. */
import { join } from 'node:path'
import { POLICY_FILE } from '../../core/policy/policy.ts'
import { displaySafe } from '../../core/text.ts'
import { CLOSURES } from '../locks/closure-store.ts'
import { exists, readTextFile, writeFileAtomic } from '../world/files.ts'
import { gitIn, orNull, type Git } from '../world/git.ts'
import { BUNDLE_FILE, LOCK_FILE, readLock } from '../locks/lock-store.ts'
import { CONFIGS, findRoot } from '../project/project.ts'
import type { World } from '../world/world.ts'

/** How git starts this program: a dependency of the repository, or one that is installed for all. Nothing is ever downloaded. */
const PROGRAM = 'npx --no-install mcp-lock'

/** The program's name, or how to start it. */
export type InitOptions = { readonly program?: string }

/**
 * Line ends stay as they are; signatures and closures are taken whole or not at all, for a half of each of two
 * bundles signs nothing, and the lock names closures by their hash.
 */
const ATTRIBUTES = [
  `${LOCK_FILE} -text merge=mcp-lock`,
  `${BUNDLE_FILE} -text -merge`,
  `${POLICY_FILE} -text`,
  `**/${CLOSURES}/** -text -merge`,
]
const MAX_TEXT = 1024 * 1024

export async function init({ program }: InitOptions, world: World): Promise<number> {
  const git = gitIn(world.cwd, world)
  const top = await topOf(git)
  if (top === null) {
    world.stderr('this folder is in no git repository, and all that init sets up is for git\n  once it is in one: mcp-lock init\n')
  } else {
    const written = [...(await writeAttributes(top, world)), ...(await writeDriver(git, program, world))]
    if (written.length === 0) world.stderr('git is set up already: nothing to do\n')
    else
      world.stderr('  each clone needs its own merge driver: let everybody run mcp-lock init, for example by "prepare" in package.json\n')
    if (written.length > 0 && !(await hasOwners(top))) world.stderr(await ownersHint(top))
  }
  const isPinned = (await readLock(await findRoot(world))) !== null
  if (!isPinned) world.stderr('  next: mcp-lock pin\n')
  return 0
}

/** The top folder of the work tree; null outside of one. @throws LockError, where git is not there or refuses to say */
async function topOf(git: Git): Promise<string | null> {
  const found = await orNull(git(['rev-parse', '--show-toplevel']))
  return found === null || found.stdout === '' ? null : found.stdout.replace(/\n$/, '')
}

async function writeAttributes(top: string, world: World): Promise<string[]> {
  const path = join(top, '.gitattributes')
  const before = (await readTextFile(path, MAX_TEXT)) ?? ''
  const present = new Set(before.split(/\r?\n/).map((line) => line.trim()))
  const missing = ATTRIBUTES.filter((line) => !present.has(line))
  if (missing.length === 0) return []
  const end = before.includes('\r\n') ? '\r\n' : '\n'
  const start = before === '' || before.endsWith('\n') ? '' : end
  await writeFileAtomic(path, `${before}${start}${missing.map((line) => line + end).join('')}`)
  world.stderr(`wrote .gitattributes; commit it:\n${missing.map((line) => `  ${line}\n`).join('')}`)
  return missing
}

/**
 * The driver of this clone. Where the program cannot be started, git's own merge leaves its markers, for
 * otherwise our side would stand there as if it were the result.
 */
function driverOf(program: string): string {
  return `${program} merge %O %A %B %P || { grep -q "^<<<<<<< " %A || git merge-file -L ours -L base -L theirs %A %O %B; false; }`
}

async function writeDriver(git: Git, program: string | undefined, world: World): Promise<string[]> {
  const key = 'merge.mcp-lock.driver'
  const before = (await orNull(git(['config', '--local', '--get', key])))?.stdout.replace(/\n$/, '') ?? null
  const driver = driverOf(program ?? PROGRAM)
  if (before === driver) return []
  if (before !== null && program === undefined) {
    world.stderr(`  kept this clone's own ${key}: ${displaySafe(before, 500)}\n  to replace it: mcp-lock init --program "${PROGRAM}"\n`)
    return []
  }
  await git(['config', '--local', 'merge.mcp-lock.name', 'locks, server by server'])
  await git(['config', '--local', key, driver])
  world.stderr(`set the merge driver in this clone's git config:\n  ${key} = ${displaySafe(driver, 500)}\n`)
  return [key]
}

/** Whether somebody is named already who must review locks. */
async function hasOwners(top: string): Promise<boolean> {
  const places = ['CODEOWNERS', '.github/CODEOWNERS', '.gitlab/CODEOWNERS', 'docs/CODEOWNERS']
  const texts = await Promise.all(places.map((file) => readTextFile(join(top, file), MAX_TEXT)))
  return texts.some((text) => text?.includes(LOCK_FILE) === true)
}

async function ownersHint(top: string): Promise<string> {
  const configs: string[] = []
  for (const file of CONFIGS) if (await exists(join(top, file))) configs.push(file)
  const files = [LOCK_FILE, `${CLOSURES}/`, POLICY_FILE, ...configs]
  return `  who may change what a model is told? For example in CODEOWNERS:\n${files.map((file) => `    ${file} @your-org/security\n`).join('')}`
}
