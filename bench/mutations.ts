/** Mutated bundles: how many are accepted, how many end in anything but a refusal, and how long the slowest takes. */
import { mutations, VALID } from '../test/mutations.ts'
import { standing } from '../test/vector-standing.ts'
import { median } from './pairs.ts'

const COUNT = 10_000
const SEED = 20_261_126
const LIMIT = 20

type Judged = { readonly outcome: 'accepted' | 'refused' | 'crashed'; readonly milliseconds: number }

function judged(bundle: string): Judged {
  const start = performance.now()
  const outcome = outcomeOf(bundle)
  return { outcome, milliseconds: performance.now() - start }
}

function outcomeOf(bundle: string): Judged['outcome'] {
  try {
    return standing({ bundle }) === 'signed' ? 'accepted' : 'refused'
  } catch {
    return 'crashed'
  }
}

/** The shortest of several: what else the machine does is not the bundle's fault. */
const again = (bundle: string): number => Math.min(...Array.from({ length: 5 }, () => judged(bundle).milliseconds))

/** Whether all is as it must be. */
export function measureMutations(): boolean {
  const rounds = Array.from({ length: 60 }, () => VALID.map((bundle) => judged(bundle).milliseconds)).slice(10)
  const usual = median(rounds.flat())
  const counts = { accepted: 0, refused: 0, crashed: 0 }
  let slowest = { kind: '', milliseconds: 0 }
  let total = 0
  for (const { kind, text } of mutations(SEED, COUNT)) {
    const { outcome, milliseconds } = judged(text)
    counts[outcome]++
    total += milliseconds
    if (outcome !== 'refused') console.log(`${outcome}: ${kind}: ${text.slice(0, 2000)}`)
    const best = milliseconds > slowest.milliseconds ? Math.min(milliseconds, again(text)) : 0
    if (best > slowest.milliseconds) slowest = { kind, milliseconds: best }
  }
  const ratio = slowest.milliseconds / usual
  const isGood = counts.refused === COUNT && ratio <= LIMIT
  console.log(
    `${COUNT} mutated bundles: ${counts.refused} refused, ${counts.accepted} accepted, ${counts.crashed} crashes, in ${(total / 1000).toFixed(1)} s`,
  )
  console.log(
    `  the slowest / the median of valid ones        ${ratio.toFixed(2).padStart(6)} ×   target ≤ ${LIMIT} ×   ${isGood ? 'reached' : 'missed '}   ${slowest.kind}, ${slowest.milliseconds.toFixed(1)} ms against ${usual.toFixed(1)} ms`,
  )
  return isGood
}
