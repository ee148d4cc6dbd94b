/** What stands before and after every container in the canonical form of the whole. */
import { canonicalize } from '../../core/json/digest.ts'
import { isObject, type Json } from '../../core/json/json.ts'

export type Frame = { readonly head: string; readonly tail: string }

/** RFC 8785 forms are put together from those of their parts: `head` + form of the container + `tail` is the form of the whole. */
export function frames(whole: Json): ReadonlyMap<Json, Frame> {
  const found = new Map<Json, Frame>()
  visit(whole, '', '', found)
  return found
}

function visit(value: Json, head: string, tail: string, found: Map<Json, Frame>): void {
  if (typeof value !== 'object' || value === null) return
  found.set(value, { head, tail })
  const [open, close] = isObject(value) ? '{}' : '[]'
  const members = isObject(value)
    ? Object.keys(value)
        .sort()
        .map((key) => [`${JSON.stringify(key)}:`, value[key] as Json] as const)
    : value.map((item) => ['', item] as const)
  const forms = members.map(([key, item]) => key + canonicalize(item))
  members.forEach(([key, item], i) => {
    const before = forms.slice(0, i).map((form) => `${form},`)
    const after = forms.slice(i + 1).map((form) => `,${form}`)
    visit(item, head + open + before.join('') + key, after.join('') + close + tail, found)
  })
}
