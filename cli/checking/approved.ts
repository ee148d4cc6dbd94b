/** What of a server the trust base does not have, so that nobody has approved to start it. */
import { posix } from 'node:path'
import { byCodeUnit } from '../../core/json/digest.ts'
import { diffSource } from '../../core/compare/diff.ts'
import { LockError } from '../../core/codes/errors.ts'
import type { Coverage, Finding } from '../../core/compare/finding.ts'
import { own } from '../../core/json/json.ts'
import { isRemote } from '../../core/launch/launch.ts'
import { unionOfKeys } from '../../core/json/leaves.ts'
import type { Pin } from '../../core/lock/lockfile.ts'
import type { Source } from '../../core/launch/source.ts'
import type { Configured } from '../clients/configured.ts'
import type { ServerEntry, Templates } from '../clients/dialects/entry.ts'
import { isProjectFile } from '../clients/locate.ts'
import { readConfigText } from '../clients/read.ts'
import { redactStart } from '../clients/redact-start.ts'
import { isLockFile } from '../locks/lock-store.ts'
import type { TrustBase } from '../project/trust-base.ts'
import { atMost } from '../../core/text.ts'

/** Differences of the pinned source, and of what the config gives to the start beyond it. Empty: all of it is the base's. */
export async function checkApproved(server: Configured, pin: Pin, base: TrustBase, platform: NodeJS.Platform): Promise<Finding[]> {
  const known = own(base.pins, server.name)
  if (known === undefined) return [{ code: 'SERVER_NEW', subject: 'source', after: pin.source }]
  const findings = diffSource(known.source, pin.source).map((finding): Finding => ({ ...finding, code: 'SERVER_NEW' }))
  const values = await newValues(server, known, base, platform)
  if (values.length === 0) return findings
  const detail = `the client config gives values that the base does not: ${values.join(', ')}`
  return [...findings, { code: 'SERVER_NEW', subject: 'source', pointer: '/launch', detail }]
}

/** That a change takes a server's definitions out of the comparison. */
export function checkGivenUp(server: string, pin: Pin, base: TrustBase): Finding[] {
  const known = own(base.pins, server)
  const isGivenUp = pin.surface === null && known !== undefined && known.surface !== null
  return isGivenUp ? [{ code: 'SURFACE_GIVEN_UP', subject: 'surface' }] : []
}

/** Names of variables, headers, words or the URL whose templates are others than in the base's version of a config. */
async function newValues(server: Configured, known: Pin, base: TrustBase, platform: NodeJS.Platform): Promise<string[]> {
  // A pin without a config takes its variables from the user's environment.
  if (server.entries.length === 0) return known.adHoc === true ? [] : ['none at all, for no config names it any more']
  const names = await Promise.all(server.entries.map((entry) => newValuesOf(entry, base, platform)))
  return [...new Set(names.flat())].sort(byCodeUnit)
}

async function newValuesOf(entry: ServerEntry, base: TrustBase, platform: NodeJS.Platform): Promise<string[]> {
  if (!(await base.changed.touch(entry.file))) return []
  const text = await base.read(entry.file)
  const entries = text === null ? [] : await readConfigText(entry.file, text, platform).catch(unreadable)
  return differing(
    entries.find(({ name, folder }) => name === entry.name && folder === entry.folder),
    entry,
  )
}

/** A config that the base cannot be read by gives no values. */
function unreadable(error: unknown): [] {
  if (error instanceof LockError) return []
  throw error
}

function differing(before: ServerEntry | undefined, after: ServerEntry): string[] {
  const [old, now] = [before === undefined ? {} : valuesOf(before), valuesOf(after)]
  return unionOfKeys(old, now).filter((name) => own(old, name) !== own(now, name))
}

function valuesOf({ start, carrier }: ServerEntry): Templates {
  // Of an address the lock holds all but the values of its query, of a program all but variables and credentials;
  // of the program that only carries either, nothing.
  const around = carrier.length > 0 ? { 'the program around it': JSON.stringify(carrier) } : {}
  if (start.kind === 'program') {
    const hidden = redactStart(start).found.length > 0 ? { 'the arguments': JSON.stringify(start.args) } : {}
    return { ...start.env, ...hidden, ...around }
  }
  return { ...start.headers, ...(/\?.*=[^&#]/.test(start.url) ? { 'the URL': start.url } : {}), ...around }
}

/**
 * What says that a program of the base would load files that the base does not have: for code that is not
 * pinned whole, anything in the repository; else what its launch names there.
 */
export async function changedCode(server: Configured, { source }: Pin, base: TrustBase): Promise<Coverage | null> {
  if (isRemote(source.launch)) return null
  const touched = isPinnedWhole(source) ? await touchedWords(server, source, base) : (await base.changed.list()).filter(isCode)
  return touched.length === 0 ? null : { code: 'CHANGED_CODE', server: server.name, detail: atMost(3, touched).join(', ') }
}

function isPinnedWhole({ package: pinned, image }: Source): boolean {
  return pinned !== undefined || image !== undefined
}

/** Whether a changed file can be code or configuration of a server: our own files and client configs are read by nothing else. */
function isCode(path: string): boolean {
  return !isLockFile(path) && !isProjectFile(path)
}

async function touchedWords(server: Configured, { launch }: Source, base: TrustBase): Promise<string[]> {
  if (isRemote(launch)) return []
  const { args, cwd = '.', envFile } = launch
  const values = server.start.kind === 'program' ? Object.values(server.start.env) : []
  const words = [...args, ...(envFile === undefined ? [] : [envFile]), ...values.flatMap((value) => value.split(/\s+/))]
  const paths = words.flatMap((word) => [word, ...word.split(/[=:,]/)]).flatMap((word) => pathFrom(cwd, word))
  const touched: string[] = []
  for (const path of new Set(paths)) if (await base.changed.touch(path)) touched.push(path)
  return touched
}

/** The path that a word may be, from the project's folder; none for that folder and those round it, which hold data as a rule. */
function pathFrom(cwd: string, word: string): string[] {
  const inProject = (text: string): string => text.replace(/^\$\{workspaceFolder\}\/?/, './')
  if (word === '' || word.includes('\0')) return []
  const path = word.startsWith('${workspaceFolder}') ? posix.normalize(inProject(word)) : posix.join(inProject(cwd), word)
  return /^\.{0,2}(?:\/\.\.)*\/?$/.test(path) ? [] : [path]
}
