/** What an upgrade does to a closure, for whoever is asked to let it start. */
import type { ClosureChange, Moved } from '../../core/packages/closure-change.ts'
import { atMost, displaySafe } from '../../core/text.ts'
import { counted } from '../../core/compare/wording.ts'

const SHOWN = 5

/** `added 1 package: left-pad 1.0.0`, one line for each sort of change; none where only the package itself moved. */
export function closureLines({ added, removed, changed, scripts }: ClosureChange, own: string): string[] {
  const others = changed.filter(({ name }) => name !== own)
  const groups = [
    ['added', added, ({ name, after }: Moved) => `${name} ${after.join(' and ')}`],
    ['removed', removed, ({ name, before }: Moved) => `${name} ${before.join(' and ')}`],
    ['changed', others, ({ name, before, after }: Moved) => `${name} ${before.join(' and ')} → ${after.join(' and ')}`],
  ] as const
  return [
    ...groups.flatMap(([what, some, word]) =>
      some.length === 0 ? [] : [`${what} ${counted(some.length, 'package')}: ${shown(some.map(word))}`],
    ),
    ...(scripts.length === 0 ? [] : [`! new install scripts: ${shown(scripts)}`]),
  ]
}

function shown(words: readonly string[]): string {
  return atMost(
    SHOWN,
    words.map((word) => displaySafe(word, 120)),
  ).join(', ')
}
