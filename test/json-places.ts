/** Members and elements of JSON by their keys, from the outside in. */
export type Place = readonly (string | number)[]

type Members = { readonly [key: string]: unknown }

/** Every member of an object, every element of a list, outer ones first. */
export function placesOf(value: unknown, place: Place = []): Place[] {
  const own = place.length === 0 ? [] : [place]
  if (typeof value !== 'object' || value === null) return own
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  return [...own, ...keys.flatMap((key) => placesOf((value as Members)[key], [...place, key]))]
}

/** Undefined where nothing is. */
export function valueAt(value: unknown, place: Place): unknown {
  return place.reduce<unknown>((one, key) => (one as Members | null | undefined)?.[key], value)
}

/** The text with another value at a place; undefined takes the place away. */
export function put(text: string, place: Place, value: unknown): string {
  const whole: unknown = JSON.parse(text)
  const holder = valueAt(whole, place.slice(0, -1))
  const key = place.at(-1) ?? ''
  if (Array.isArray(holder) && value === undefined) holder.splice(Number(key), 1)
  else Object.assign(holder as object, { [key]: value })
  return JSON.stringify(whole)
}
