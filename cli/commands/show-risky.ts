/** `mcp-lock show --risky`: of a lock, what a reviewer reads first, and why. */
import { escapeKey, isObject, type Json } from '../../core/json/json.ts'
import type { Lock, Pin } from '../../core/lock/lockfile.ts'
import { riskyParts, type Risk, type RiskyPart } from '../../core/surface/risky.ts'
import { displaySafe } from '../../core/text.ts'
import { countDefinitions } from '../../core/compare/verify.ts'
import { counted } from '../../core/compare/wording.ts'
import { escapedJson } from '../report/escaped-json.ts'
import { painter } from '../report/paint.ts'
import { definitionLines, valueLines, type ShowContext } from '../report/surface-lines.ts'
import { wrap } from '../report/wrap.ts'
import { select } from './select.ts'

type Found = { readonly server: string; readonly part: RiskyPart }

/**
 * The reasons, with the definitions as the model sees them.
 * @throws LockError `SERVER_UNKNOWN`
 */
export function showRisky(lock: Lock, selector: string | undefined, context: ShowContext): string {
  const { pins, found } = find(lock, selector)
  const definitions = pins.reduce((sum, { surface }) => sum + countDefinitions(surface), 0)
  const all = `${counted(definitions, 'definition')} of ${counted(pins.length, 'server')}`
  const head = found.length === 0 ? `nothing of ${all} stands out; that is no verdict` : `to read first, of ${all}; an aid, no verdict`
  return `${[head, ...found.flatMap((one) => ['', ...lines(one, context)])].join('\n')}\n`
}

/** The same as JSON: an array with server, subject, risks and what is stored. */
export function showRiskyJson(lock: Lock, selector: string | undefined): string {
  return `${escapedJson(find(lock, selector).found.map(asJson))}\n`
}

function asJson({ server, part: { subject, risks, value } }: Found): Json {
  return { server, subject, risks: risks.map(({ kind, pointer, why, excerpt }) => ({ kind, pointer, why, excerpt })), value }
}

function find(lock: Lock, selector: string | undefined): { readonly pins: readonly Pin[]; readonly found: readonly Found[] } {
  const selected = select(lock, selector)
  const pins: [string, Pin][] = selected.kind === 'lock' ? Object.entries(lock.servers) : [[selected.name, selected.pin]]
  const isMeant = ({ subject }: RiskyPart): boolean => selected.kind !== 'definition' || subject === selected.subject
  const found = pins.flatMap(([server, { surface }]) =>
    (surface === null ? [] : riskyParts(surface)).filter(isMeant).map((part) => ({ server, part })),
  )
  return { pins: pins.map(([, pin]) => pin), found }
}

function lines({ server, part: { subject, list, value, risks } }: Found, context: ShowContext): string[] {
  const bold = painter(context.color)
  return [
    bold('bold', `${displaySafe(server)}  ${displaySafe(subject)}`),
    ...risks.flatMap((risk) => riskLines(risk, context)),
    ...(list !== null && isObject(value)
      ? definitionLines(list, { definition: value }, context)
      : valueLines('  ', escapeKey(subject), value, context)),
  ]
}

function riskLines({ pointer, why, excerpt }: Risk, { columns }: ShowContext): string[] {
  const place = pointer === '' ? '' : `${displaySafe(pointer, 300)}: `
  return wrap('  ! ', `${place}${why}: ${displaySafe(excerpt, 400)}`, columns, '    ')
}
