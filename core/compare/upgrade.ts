/**
 * What a set of changes looks like, who breaks, and which version its author owed (SemVer 2.0.0 §8).
 * A hint for a reader, never a reason to let something pass.
 */
import lt from 'semver/functions/lt.js'
import valid from 'semver/functions/valid.js'
import type { Finding } from './finding.ts'
import { escapeKey, isObject, member, type Json } from '../json/json.ts'
import type { Pin } from '../lock/lockfile.ts'
import { parsePointer } from '../json/pointer.ts'
import { schemaBreaks, withoutAnnotations } from './schema-diff.ts'
import { canonicalize } from '../json/digest.ts'
import { isFailed, LIST_NAMES, type ListName, type Surface } from '../surface/surface.ts'
import { displaySafe } from '../text.ts'

export type Judgement = {
  readonly looks: 'upgrade' | 'downgrade' | 'targeted edit' | 'edit'
  /** `1 of 26 tools changed, same version: looks like a targeted edit` */
  readonly text: string
  /** Why callers break, each fit to be shown: `tools/read_file: `path` is required now`. */
  readonly breaks: readonly string[]
  /** The least that the author's version should have moved; null where the surface did not change. */
  readonly bump: 'major' | 'minor' | 'patch' | null
}

/** Of a source only the package's version counts. */
type Judged = { readonly source: { readonly package?: { readonly version: string } }; readonly surface: Pin['surface'] }

const FEW_TEXTS = 3
const NOUNS: { readonly [name in ListName]: readonly [string, string] } = {
  tools: ['tool', 'tools'],
  prompts: ['prompt', 'prompts'],
  resources: ['resource', 'resources'],
  resourceTemplates: ['resource template', 'resource templates'],
}
const TEXTS = new Set(['description', 'title', 'instructions', 'default', 'examples', '$comment', 'websiteUrl', 'icons'])

/** `findings` are those of `diffSource` and `diffSurface` between both. */
export function judge(before: Judged, after: Judged, findings: readonly Finding[]): Judgement {
  const breaks = findBreaks(before.surface, after.surface, findings)
  const bump = owed(before.surface, after.surface, findings, breaks)
  const version = versions(before, after)
  const touched = subjectsOf(findings)
  const total = before.surface === null ? 0 : count(before.surface, 'tools')
  const tools = [...touched].filter((subject) => subject.startsWith('tools/')).length
  const isRelease = tools >= 4 && tools * 2 >= total
  const isTargeted = touched.size === 1 && findings.length <= FEW_TEXTS && findings.every(isText)
  const looks = version.back ? 'downgrade' : version.moved || isRelease ? 'upgrade' : isTargeted ? 'targeted edit' : 'edit'
  const verdict = {
    upgrade: `: looks like an upgrade${version.moved ? '' : ' without a new version'}`,
    downgrade: ': goes back to an older version',
    'targeted edit': ': looks like a targeted edit',
    edit: '',
  }[looks]
  return { looks, text: `${[...counts(before.surface, findings), version.text].join(', ')}${verdict}`, breaks, bump }
}

function versions(before: Judged, after: Judged): { moved: boolean; back: boolean; text: string } {
  const candidates = [
    [before.source.package?.version, after.source.package?.version, 'version'],
    [member(before.surface?.serverInfo, 'version'), member(after.surface?.serverInfo, 'version'), 'says it is version'],
  ] as const
  for (const [old, now, words] of candidates) {
    if (typeof old === 'string' && typeof now === 'string' && old !== now) {
      const back = valid(old) !== null && valid(now) !== null && lt(now, old)
      return { moved: true, back, text: `${words} ${displaySafe(old, 40)} → ${displaySafe(now, 40)}` }
    }
  }
  const isKnown = candidates.some(([old, now]) => typeof old === 'string' && old === now)
  return { moved: false, back: false, text: isKnown ? 'same version' : 'no version to compare' }
}

/** `1 of 26 tools changed`, `2 prompts added`, `the instructions changed` */
function counts(before: Surface | null, findings: readonly Finding[]): string[] {
  const parts: string[] = []
  for (const name of LIST_NAMES) {
    const of = (code: Finding['code']): number =>
      subjectsOf(findings.filter((f) => f.code === code && f.subject?.startsWith(`${name}/`) === true)).size
    const noun = (n: number): string => `${n} ${NOUNS[name][n === 1 ? 0 : 1]}`
    const changed = of('DEFINITION_CHANGED')
    const total = before === null ? 0 : count(before, name)
    if (changed > 0) parts.push(`${changed} of ${noun(total)} changed`)
    for (const [code, verb] of [
      ['DEFINITION_ADDED', 'added'],
      ['DEFINITION_REMOVED', 'removed'],
    ] as const) {
      if (of(code) > 0) parts.push(`${noun(of(code))} ${verb}`)
    }
  }
  const others = new Set(
    findings
      .filter((f) => f.code !== 'SERVER_INFO_CHANGED' && !f.code.startsWith('DEFINITION_'))
      .map((f) => OTHERS[f.code] ?? 'something else changed'),
  )
  return [...parts, ...others, ...(parts.length + others.size === 0 ? ['no definition changed'] : [])]
}

const OTHERS: { readonly [code in Finding['code']]?: string } = {
  INSTRUCTIONS_CHANGED: 'the instructions changed',
  CAPABILITIES_CHANGED: 'the capabilities changed',
  LIST_CHANGED: 'a list appeared, went or failed',
  CONDITIONAL_CHANGED: 'offered to other clients',
  UI_CHANGED: 'a user interface changed',
  SKILL_CHANGED: 'a skill changed',
  EXTRA_CHANGED: 'an unknown part changed',
  LAUNCH_CHANGED: 'another launch',
  TRANSPORT_CHANGED: 'another transport',
  PACKAGE_CHANGED: 'another package',
  FILE_CHANGED: 'a pinned file changed',
}

function findBreaks(before: Surface | null, after: Surface | null, findings: readonly Finding[]): string[] {
  const breaks: string[] = []
  for (const { code, subject = '', after: now } of findings) {
    if (code === 'DEFINITION_REMOVED') breaks.push(`${displaySafe(subject, 200)}: is gone`)
    if (code === 'LIST_CHANGED' && (now === undefined || isFailed(now)))
      breaks.push(`${displaySafe(subject, 200)}: ${now === undefined ? 'are gone' : 'answer with an error'}`)
  }
  const changed = subjectsOf(findings.filter((finding) => finding.code === 'DEFINITION_CHANGED'))
  for (const subject of changed) {
    const [old, now] = [definition(before, subject), definition(after, subject)]
    for (const reason of subject.startsWith('tools/')
      ? toolBreaks(old, now)
      : subject.startsWith('prompts/')
        ? promptBreaks(old, now)
        : []) {
      breaks.push(`${displaySafe(subject, 200)}: ${reason}`)
    }
  }
  return breaks
}

function toolBreaks(old: Json | undefined, now: Json | undefined): string[] {
  return (['input', 'output'] as const).flatMap((direction) =>
    schemaBreaks(member(old, `${direction}Schema`), member(now, `${direction}Schema`), direction).map(
      ({ pointer, reason }) => `${displaySafe(`/${direction}Schema${pointer}`, 300)} ${reason}`,
    ),
  )
}

function promptBreaks(old: Json | undefined, now: Json | undefined): string[] {
  const mandatory = (prompt: Json | undefined): string[] =>
    list(member(prompt, 'arguments')).flatMap((argument) =>
      member(argument, 'required') === true ? list(member(argument, 'name')).filter((n) => typeof n === 'string') : [],
    )
  const required = new Set(mandatory(old))
  return mandatory(now)
    .filter((name) => !required.has(name))
    .map((name) => `the argument \`${displaySafe(name, 60)}\` is required now`)
}

function owed(before: Surface | null, after: Surface | null, findings: readonly Finding[], breaks: readonly string[]): Judgement['bump'] {
  const own = findings.filter(({ subject, code }) => subject !== 'source' && code !== 'CONDITIONAL_CHANGED')
  if (own.length === 0) return null
  if (
    breaks.length > 0 ||
    own.some(({ code, after: now }) => now === undefined && (code === 'CAPABILITIES_CHANGED' || code === 'SKILL_CHANGED'))
  )
    return 'major'
  const isPatch = (finding: Finding): boolean =>
    finding.code === 'SERVER_INFO_CHANGED' ||
    finding.code === 'INSTRUCTIONS_CHANGED' ||
    isText(finding) ||
    (finding.code === 'DEFINITION_CHANGED' && onlyDescribes(before, after, finding))
  return own.every(isPatch) ? 'patch' : 'minor'
}

/** A change below a schema that leaves the allowed values as they were. */
function onlyDescribes(before: Surface | null, after: Surface | null, { subject = '', pointer = '' }: Finding): boolean {
  const schema = /^\/(inputSchema|outputSchema)\//.exec(pointer)?.[1]
  if (schema === undefined) return false
  const [old, now] = [definition(before, subject), definition(after, subject)].map((tool) =>
    canonicalize(withoutAnnotations(member(tool, schema) ?? {})),
  )
  return old === now
}

/** Whether it is a text for the model or a person, and nothing a program acts on. */
function isText({ code, subject, pointer = '', before, after }: Finding): boolean {
  if ((before ?? after) === undefined || [before, after].some((side) => side !== undefined && typeof side !== 'string')) return false
  if (code === 'INSTRUCTIONS_CHANGED') return subject === 'instructions'
  const keys = parsePointer(pointer) ?? []
  return code === 'DEFINITION_CHANGED' && keys.some((key, i) => TEXTS.has(key) && keys[i - 1] !== 'properties')
}

function subjectsOf(findings: readonly Finding[]): Set<string> {
  return new Set(findings.map((finding) => finding.subject ?? ''))
}

function count(surface: Surface, name: ListName): number {
  const entries = surface[name]
  return entries === undefined || isFailed(entries) ? 0 : Object.keys(entries).length
}

function definition(surface: Surface | null, subject: string): Json | undefined {
  const slash = subject.indexOf('/')
  const entries = surface?.[subject.slice(0, slash) as ListName]
  return isObject(entries) ? member(member(entries, escapeKey(subject.slice(slash + 1))), 'definition') : undefined
}

function list(value: Json | undefined): readonly Json[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}
