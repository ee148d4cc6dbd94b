/** What a set of changes looks like, as lines below a server's name. */
import type { Judgement } from '../../core/compare/upgrade.ts'
import { atMost } from '../../core/text.ts'

const SHOWN = 5

export function judgementLines({ text, breaks, bump }: Judgement): string[] {
  return [
    text,
    ...(breaks.length === 0 ? [] : [`callers break: ${atMost(SHOWN, breaks).join('; ')}`]),
    ...(bump === null ? [] : [`the author owed a ${bump} version`]),
  ]
}
