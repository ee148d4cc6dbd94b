/** A line of what was measured: what, how much, the target, and whether it was reached. */

export type Target = { readonly than: number; readonly isFloor: boolean; readonly unit: string }

export const atMost = (than: number, unit = '×'): Target => ({ than, isFloor: false, unit })
export const atLeast = (than: number, unit = '×'): Target => ({ than, isFloor: true, unit })

export function row(what: string, value: number, { than, isFloor, unit }: Target, measured: string): void {
  const isReached = isFloor ? value >= than : value <= than
  const verdict = isReached ? 'reached' : `MISSED by ${Math.abs(value - than).toFixed(2)}`
  const target = `target ${isFloor ? '≥' : '≤'} ${than} ${unit}`
  console.log(
    `${what.padEnd(48)} ${value.toFixed(2).padStart(6)} ${unit.padEnd(2)}  ${target.padEnd(17)} ${verdict.padEnd(16)} ${measured}`,
  )
}
