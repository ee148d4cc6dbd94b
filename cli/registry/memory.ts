/**
 * What is remembered of a registry's log, in the user's state folder: the last head, what begins it, and the last status.
 * As with ssh's known_hosts, what contradicts it stays refused until a person says otherwise.
 */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Code } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { sha256 } from '../../core/json/digest.ts'
import { parseStrict, type Json } from '../../core/json/json.ts'
import { arrayOf, closed, fit, literal, mapOf, nullOr, size, string, text } from '../../core/json/shape.ts'
import { formatVerifier, type RegistryTrust } from '../../core/registry/index.ts'
import { readTextFile, writeFileAtomic } from '../world/files.ts'
import { holdFile } from '../world/hold-file.ts'
import type { World } from '../world/world.ts'

/** Roots in base64. */
export type Memory = {
  readonly version: 1
  /** The log's name. */
  readonly origin: string
  readonly head: { readonly size: number; readonly root: string; /** The signed note. */ readonly checkpoint: string } | null
  /** Roots by size that the head is known to begin with. */
  readonly roots: { readonly [size: string]: string }
  /** The highest that was seen. */
  readonly epoch: number
  /** The status of that epoch. */
  readonly status: string | null
  /** Why nothing of the registry is believed any more. */
  readonly distrust: Distrust | null
}

export type Distrust = {
  readonly code: 'LOG_FORKED' | 'LOG_ROLLED_BACK'
  readonly detail: string
  /** Heads that contradict nothing once the log is proven to begin with all of them; without, only a person ends it. */
  readonly until?: readonly { readonly size: number; readonly root: string }[]
}

const ROOT = text(/^[A-Za-z0-9+/]{43}=$/)
const SHAPE = closed({
  version: literal(1),
  origin: string,
  head: nullOr(closed({ size, root: ROOT, checkpoint: string })),
  roots: mapOf(ROOT),
  epoch: size,
  status: nullOr(string),
  distrust: nullOr(
    closed({ code: literal('LOG_FORKED', 'LOG_ROLLED_BACK'), detail: string }, { until: arrayOf(closed({ size, root: ROOT })) }),
  ),
})
const MAX_MEMORY = 8 * 1024 * 1024
/** The latest of them; others are proven again. */
const MAX_ROOTS = 512

export type RegistryMemory = {
  /** The file in the state folder. */
  readonly path: string
  readonly read: () => Promise<Memory>
  /** Puts `next` in the place of what was read; false where another process was faster. */
  readonly swap: (before: Memory, next: Memory) => Promise<boolean>
  /** Keeps what a person must look at. @returns its path */
  readonly keepEvidence: (text: string, now: number) => Promise<string>
  /** The last good answer about a pin; null where there is none. */
  readonly answer: (key: string) => Promise<string | null>
  readonly keepAnswer: (key: string, answer: string) => Promise<void>
  readonly forget: () => Promise<void>
}

const MAX_ANSWER = 128 * 1024 * 1024

/**
 * Of a log and a status by their keys: what others sign under the same name, for a policy of theirs, is another memory.
 * @throws LockError `REGISTRY_MEMORY_INVALID`, `FILE_UNREADABLE`; writing, `FILE_REFUSED`, `LOCK_BUSY`
 */
export function memoryOf({ log, status }: Pick<RegistryTrust, 'log' | 'status'>, world: Pick<World, 'env' | 'platform'>): RegistryMemory {
  const origin = log.name
  const keys = `${formatVerifier(log)} ${status.export({ format: 'der', type: 'spki' }).toString('base64')}`
  const folder = join(stateFolder(world), 'registries', sha256(keys).slice('sha256:'.length, 'sha256:'.length + 32))
  const path = join(folder, 'log.json')
  const readText = async (): Promise<string | null> => readTextFile(path, MAX_MEMORY)
  const answerPath = (key: string): string => join(folder, 'answers', `${sha256(key).slice('sha256:'.length)}.json`)
  return {
    path,
    read: async () => parse(await readText(), origin, path),
    swap: async (before, next) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const holder = await holdFile(path)
      try {
        if (format(parse(await readText(), origin, path)) !== format(before)) return false
        holder.check()
        await writeFileAtomic(path, format({ ...next, roots: latest(next.roots) }))
        return true
      } finally {
        await holder.release()
      }
    },
    keepEvidence: async (evidence, now) => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, `evidence-${new Date(now).toISOString().replaceAll(':', '-')}.txt`)
      await writeFileAtomic(file, evidence)
      return file
    },
    answer: (key) => readTextFile(answerPath(key), MAX_ANSWER),
    keepAnswer: async (key, answer) => {
      await mkdir(join(folder, 'answers'), { recursive: true, mode: 0o700 })
      await writeFileAtomic(answerPath(key), answer)
    },
    forget: async () => {
      for (const file of await readdir(folder).catch(() => []))
        if (!file.startsWith('evidence-')) await rm(join(folder, file), { recursive: true, force: true })
    },
  }
}

function format(memory: Memory): string {
  return `${JSON.stringify(memory, null, 2)}\n`
}

/** What cannot be read is not taken for nothing: then a rollback would not be noticed. */
function parse(written: string | null, origin: string, path: string): Memory {
  if (written === null) return { version: 1, origin, head: null, roots: {}, epoch: 0, status: null, distrust: null }
  const invalid: Code = 'REGISTRY_MEMORY_INVALID'
  let value: Json
  try {
    value = parseStrict(written)
  } catch (cause) {
    throw new LockError(invalid, `\`${path}\` is not JSON`, { cause })
  }
  LockError.within(`\`${path}\``, () => fit(SHAPE, value, invalid, 'the file'))
  const memory = value as unknown as Memory // its shape was checked
  if (memory.origin !== origin) throw new LockError(invalid, `\`${path}\` is about another log`)
  return memory
}

function latest(roots: Memory['roots']): Memory['roots'] {
  return Object.fromEntries(
    Object.entries(roots)
      .sort(([a], [b]) => Number(a) - Number(b))
      .slice(-MAX_ROOTS),
  )
}

/** A variable that names no absolute folder is ignored (XDG Base Directory Specification). */
function stateFolder({ env, platform }: Pick<World, 'env' | 'platform'>): string {
  const named = platform === 'win32' ? env['LOCALAPPDATA'] : platform === 'darwin' ? undefined : env['XDG_STATE_HOME']
  const usual =
    platform === 'win32' ? ['AppData', 'Local'] : platform === 'darwin' ? ['Library', 'Application Support'] : ['.local', 'state']
  const home = env[platform === 'win32' ? 'USERPROFILE' : 'HOME'] ?? homedir()
  return join(named !== undefined && isAbsolute(named) ? named : join(home, ...usual), 'mcp-lock')
}
