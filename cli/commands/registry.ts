/** `mcp-lock registry …`: what a registry has, whether its log holds, and starting again after it did not. */
import { CODES } from '../../core/codes/codes.ts'
import { LockError } from '../../core/codes/errors.ts'
import { worstExit, type Finding } from '../../core/compare/finding.ts'
import { counted, wordCoverage, wordFinding } from '../../core/compare/wording.ts'
import { canonicalize } from '../../core/json/digest.ts'
import { member, type Json } from '../../core/json/json.ts'
import type { Manifest, SignerId } from '../../core/registry/index.ts'
import { wordRole } from '../../core/registry/rules.ts'
import { entriesOf, LIST_NAMES } from '../../core/surface/surface.ts'
import { displaySafe } from '../../core/text.ts'
import type { Listing } from '../registry/api.ts'
import type { Judgement } from '../registry/judge-served.ts'
import { judgeVersionOf, newestOf, parseWanted } from '../registry/choose-version.ts'
import { readLock } from '../locks/lock-store.ts'
import { findRoot } from '../project/project.ts'
import { registryHere } from '../registry/open-registry.ts'
import { escapedJson } from '../report/escaped-json.ts'
import { standingsOf, type Standing } from '../registry/standings.ts'
import { verifyLog } from '../registry/verify-log.ts'
import type { World } from '../world/world.ts'

export type Output = { readonly format: 'text' | 'json' }

/** The version that is named, whether or not it may be used; else the newest that may, or the newest, and how all of them stand. */
export async function registryShow(words: string, { format }: Output, world: World): Promise<number> {
  const wanted = parseWanted(words)
  const registry = await registryHere(world)
  const { name, range } = wanted
  const exact = range !== null && (await registry.api.versions(name)).some(({ version }) => version === range) ? range : null
  const shown =
    exact === null
      ? await newestOf(wanted, registry)
      : { name, version: exact, ...(await judgeVersionOf({ name, version: exact }, registry)) }
  const versions = exact === null ? await standingsOf(name, registry) : null
  const exit = worstExit(shown.findings.map(({ code }) => CODES[code].exit))
  if (format === 'json') {
    const { version, digest, state, manifest, findings } = shown
    const source = manifest?.source ?? null
    const surfaceDigest = manifest?.surface.digest ?? null
    const all = versions === null ? {} : { versions }
    world.stdout(`${asJson({ name: shown.name, version, digest, source, surfaceDigest, state, exit, findings, ...all })}\n`)
  } else world.stdout([...versionLines(shown), ...standingLines(versions ?? [])].join(''))
  return exit
}

function standingLines(versions: readonly Standing[]): string[] {
  const width = Math.max(...versions.map(({ version }) => displaySafe(version, 128).length))
  const line = ({ version, standing, detail }: Standing): string =>
    `    ${displaySafe(version, 128).padEnd(width)}  ${standing.padEnd('deprecated'.length)}  ${displaySafe(detail, 500)}\n`
  return versions.length === 0 ? [] : ['  versions\n', ...versions.map(line)]
}

function versionLines({ name, version, digest, state, manifest, findings, coverage }: Listing & Judgement): string[] {
  const line = (label: string, text: string): string => `  ${label.padEnd(12)}${displaySafe(text, 500)}\n`
  return [
    `${displaySafe(name)}@${displaySafe(version)}\n`,
    line('manifest', digest),
    ...(manifest === null ? [] : [line('source', canonicalize(manifest.source)), line('definitions', manifest.surface.digest)]),
    ...(state?.publishers ?? []).map(({ role, signer, index }) =>
      line('published', `by ${wordSigner(signer)}, ${wordRole(role)}, record ${index}`),
    ),
    ...(state?.approvals ?? []).map(({ person, signer, index, expires }) =>
      line('approved', `by ${person} (${wordSigner(signer)}), record ${index}${expires === undefined ? '' : `, until ${expires}`}`),
    ),
    ...coverage.map((open) => line('note', wordCoverage(open).what)),
    ...findings.map((finding) => line('not usable', wordFinding(finding))),
    ...(manifest === null ? [] : definitionLines(manifest)),
  ]
}

function wordSigner(signer: SignerId): string {
  return 'spki' in signer ? `the key ${signer.spki}` : `${signer.subject}, says ${signer.issuer}`
}

function definitionLines({ surface }: Manifest): string[] {
  return LIST_NAMES.flatMap((list) =>
    Object.entries(entriesOf(surface[list]) ?? {}).map(([key, { definition }]) => {
      const description = member(definition, 'description')
      const text = typeof description === 'string' ? description.replaceAll(/\s+/g, ' ') : ''
      return `    ${displaySafe(`${list}/${key}`, 200)}${text === '' ? '' : `: ${displaySafe(text, 300)}`}\n`
    }),
  )
}

/** More than one page is asked for; a registry may have any number. */
const MAX_PAGES = 20

/** Whatever the registry says; nothing of a list is checked. */
export async function registrySearch(words: string, output: Output, world: World): Promise<number> {
  const { api } = await registryHere(world)
  return list((cursor) => api.search(words, cursor), output, world)
}

export async function registryPending(output: Output, world: World): Promise<number> {
  const { api } = await registryHere(world)
  return list((cursor) => api.pending(cursor), output, world)
}

type Page = { readonly items: readonly Listing[]; readonly next: string | null }

async function list(ask: (cursor: string | null) => Promise<Page>, { format }: Output, world: World): Promise<number> {
  const found: Listing[] = []
  let cursor: string | null = null
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { items, next }: Page = await ask(cursor)
    found.push(...items.map(({ name, version }) => ({ name, version })))
    cursor = next
    if (cursor === null) break
  }
  world.stdout(
    format === 'json'
      ? `${asJson(found)}\n`
      : found.map(({ name, version }) => `${displaySafe(name, 300)}@${displaySafe(version, 300)}\n`).join(''),
  )
  if (found.length === 0) world.stderr('  nothing\n')
  if (cursor !== null) world.stderr('  and more; search for less\n')
  return 0
}

export async function registryVerifyLog({ format }: Output, world: World): Promise<number> {
  const registry = await registryHere(world)
  const { findings, ...report } = await verifyLog(registry, (count, of) => {
    if (world.terminal !== null && of > count) world.stderr(`  ${count} of ${of} records\n`)
  })
  const exit = worstExit(findings.map(({ code }) => CODES[code].exit))
  const lines = [
    `${displaySafe(registry.trust.rules.origin)}: ${counted(report.size, 'record')}, root ${report.root}\n`,
    `  ${report.counted} count by the policy here, ${report.ignored} do not\n`,
    ...findings.map((finding: Finding) => `  ${displaySafe(wordFinding(finding), 1000)}\n`),
    ...(exit === 0 ? ['  every record is in the log and signed, none contradicts another, and the status hides nothing\n'] : []),
  ]
  world.stdout(format === 'json' ? `${asJson({ ...report, exit, findings })}\n` : lines.join(''))
  return exit
}

/** Of plain data; a registry may have put anything into its texts. */
function asJson(value: object): string {
  return escapedJson(JSON.parse(JSON.stringify(value)) as Json) // JSON.parse makes nothing else
}

/** As one removes a line of ssh's known_hosts: what comes next is believed again. */
export async function registryTrustLog({ iHaveLooked }: { readonly iHaveLooked: boolean }, world: World): Promise<number> {
  const { memory, trust } = await registryHere(world)
  if (!iHaveLooked)
    throw new LockError(
      'USAGE',
      'it forgets which head of the log was seen last; look at the evidence, ask those who run the registry, and add --i-have-looked',
    )
  await memory.forget()
  world.stderr(`  nothing is remembered of ${displaySafe(trust.rules.origin)}; the next head that it shows is believed\n`)
  const lock = await readLock(await findRoot(world))
  const proven = Object.entries(lock?.lock.servers ?? {}).filter(([, pin]) => pin.registry !== undefined)
  if (proven.length === 0) return 0
  const names = proven.map(([name]) => displaySafe(name, 100)).join(', ')
  world.stderr(
    `  but for what mcp.lock has proofs of: ${names}. Where that contradicts it, pin anew: mcp-lock pin SERVER --from-registry NAME\n`,
  )
  return 0
}
