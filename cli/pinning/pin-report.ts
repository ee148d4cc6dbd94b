/** What `pin` says of one server. */
import { pinnedArtifact } from '../../core/launch/artifact.ts'
import type { LockError } from '../../core/codes/errors.ts'
import { escapeKey, member } from '../../core/json/json.ts'
import { isRemote, type StdioLaunch } from '../../core/launch/launch.ts'
import { LIST_NAMES, isFailed, type Surface } from '../../core/surface/surface.ts'
import { displaySafe, isPlainName } from '../../core/text.ts'
import { counted } from '../../core/compare/wording.ts'
import { judge } from '../../core/compare/upgrade.ts'
import { UnsetError } from '../starting/credentials.ts'
import type { Outcome, Planned } from './pin-servers.ts'
import { closureLines } from '../report/closure-change.ts'
import { renderFindings } from '../report/findings.ts'

/** What would be started, and below it what it does to the closure of an earlier pin. */
export function launchLines(plan: Planned): string[] {
  const own = pinnedArtifact(plan.resolved.source)
  return [launchLine(plan), ...(plan.change === null ? [] : closureLines(plan.change, own?.name ?? ''))]
}

/** `npx -y @playwright/mcp   → 0.0.83, 3 packages`; of a package that moves `0.0.82 → 0.0.83`. */
function launchLine({ server, resolved, before }: Planned): string {
  const { launch } = server
  if (isRemote(launch))
    return displaySafe(`${launch.url}${launch.headers === undefined ? '' : `   with ${launch.headers.join(', ')}`}`, 500)
  const words = [launch.command, ...launch.args].map((word) => (/^[\w@%+=:,./${}-]+$/.test(word) ? word : JSON.stringify(word)))
  const { source, size } = resolved
  const [old, now] = [before === undefined ? null : pinnedArtifact(before.source), pinnedArtifact(source)]
  const variables = [...(launch.env ?? []).map((name) => named(name, launch)), ...(launch.envFile === undefined ? [] : [launch.envFile])]
  const notes = [
    ...(now === null
      ? []
      : [
          [
            `${old?.name === now.name && old.version !== now.version ? `${short(old.version)} ` : ''}→ ${short(now.version)}`,
            ...(size === 0 ? [] : [counted(size, 'package')]),
          ].join(', '),
        ]),
    ...(launch.cwd === undefined ? [] : [`in ${launch.cwd}`]),
    ...(variables.length === 0 ? [] : [`with ${variables.join(', ')}`]),
  ]
  return displaySafe([words.join(' '), ...notes].join('   '), 500)
}

/** Of an image's digest, enough to see that it is another. */
function short(version: string): string {
  return version.replace(/^(sha256:.{12}).*$/, '$1…')
}

/** A variable with its value where the lock keeps that, for there it chooses what runs. */
function named(name: string, { envValues }: StdioLaunch): string {
  const value = member(envValues, escapeKey(name))
  return value === undefined ? name : `${name}=${JSON.stringify(value)}`
}

/** `25 tools, 3 prompts`, without what is zero. */
function countLine(surface: Surface | null): string {
  const nouns = { tools: 'tool', prompts: 'prompt', resources: 'resource', resourceTemplates: 'resource template' } as const
  if (surface === null) return 'source only: its definitions are not pinned'
  const parts = LIST_NAMES.flatMap((name) => {
    const list = surface[name]
    if (list === undefined) return []
    if (isFailed(list)) return [`${nouns[name]}s answered with error ${list.$failed}`]
    const count = Object.keys(list).length
    return count === 0 ? [] : [counted(count, nouns[name])]
  })
  return parts.length === 0 ? 'nothing declared' : parts.join(', ')
}

/** One line for the progress display; what needs more room is in `outcomeDetails`. */
export function outcomeLine(outcome: Outcome): string {
  if (outcome.kind === 'failed') return `✗ ${outcome.error.code}: ${outcome.error.message}`
  if (outcome.kind === 'unstable') return `✗ SURFACE_UNSTABLE: ${outcome.findings.length} places differ between sessions`
  const { before, pin, findings } = outcome
  const placed = pin.observed.placeholders
  const note = placed.length === 0 ? '' : `   with a placeholder for ${placed.join(', ')}`
  if (before === undefined) return `✓ ${countLine(pin.surface)}${note}`
  return findings.length === 0 ? `✓ ${countLine(pin.surface)}, unchanged${note}` : `! ${judge(before, pin, findings).text}`
}

/** What to type where only a credential is missing; nothing for names that do not belong into a command. */
function nextCommands(error: LockError, server: string): string[] {
  const isMissing = error.code === 'VARIABLE_UNSET' || error.code === 'AUTH_REQUIRED'
  if (!isMissing || !isPlainName(server)) return []
  const names = error instanceof UnsetError ? error.names : []
  const placeholders = names.map((name) => `--placeholder ${name}`)
  const isPlain = names.every((name) => /^(?:input:)?[A-Za-z_][\w-]*$/.test(name))
  return [
    ...names.flatMap((name) => (/^input:[\w-]+$/.test(name) ? [`→ mcp-lock pin ${server} --${name.replace(':', ' ')}=VARIABLE`] : [])),
    ...(names.length > 0 && isPlain ? [`→ mcp-lock pin ${server} ${placeholders.join(' ')}`] : []),
    ...names.flatMap((name) =>
      /^header:[\w-]+$/.test(name) ? [`→ mcp-lock pin ${server} --header ${name.slice('header:'.length)}=ENV:VARIABLE`] : [],
    ),
    ...(error.code === 'AUTH_REQUIRED' ? [`→ mcp-lock pin ${server} --header authorization=ENV:VARIABLE`] : []),
    `→ mcp-lock pin ${server} --source-only`,
  ]
}

/** The lines below: the difference to review, what to do about a failure, the policy lines that would declare values volatile. */
export function outcomeDetails(outcome: Outcome, color: boolean, server: string): string {
  const indent = '      '
  if (outcome.kind === 'failed')
    return [outcome.error.hint, ...nextCommands(outcome.error, server)].map((line) => `${indent}${line}\n`).join('')
  if (outcome.kind === 'pinned') return renderFindings(outcome.findings, { color, indent })
  const rules = outcome.findings.flatMap(({ detail }) =>
    detail === undefined ? [] : detail.split('\n').map((line) => `${indent}      ${displaySafe(line)}\n`),
  )
  const shown = outcome.findings.map(({ detail: _, ...finding }) => finding)
  const advice =
    rules.length === 0
      ? ''
      : `${indent}in mcp-lock.yaml these lines, under the server's name in \`servers\`, declare the values volatile:\n${indent}    volatile:\n${rules.join('')}`
  return `${renderFindings(shown, { color, indent })}${advice}`
}
