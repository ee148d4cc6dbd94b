/** How many requests of one address are open at once: streams, and bodies and answers that take their time. */
import type { EventEmitter } from 'node:events'

/** @returns whether somebody may have one more, which is theirs until its answer closes */
export function openRequests(most: number): (who: string, answer: Pick<EventEmitter, 'once'>) => boolean {
  const open = new Map<string, number>()
  const closed = (who: string): void => {
    const left = (open.get(who) ?? 0) - 1
    if (left > 0) open.set(who, left)
    else open.delete(who)
  }
  return (who, answer) => {
    const count = open.get(who) ?? 0
    if (count >= most) return false
    open.set(who, count + 1)
    answer.once('close', () => closed(who))
    return true
  }
}
