/** What a set of changes looks like, as lines below a server's name. */
import type { Judgement } from '../../core/compare/upgrade.ts'

const SHOWN = 5

export function judgementLines({ text, breaks, bump }: Judgement): string[] {
  const more = breaks.length > SHOWN ? [`and ${breaks.length - SHOWN} more`] : []
  return [
    text,
    ...(breaks.length === 0 ? [] : [`callers break: ${[...breaks.slice(0, SHOWN), ...more].join('; ')}`]),
    ...(bump === null ? [] : [`the author owed a ${bump} version`]),
  ]
}
