import type { Json } from './json.ts'

/** JSON as most programs read it, a byte order mark passed over and the last of equal keys taken; null where it is none. For what is theirs to read, never for what is pinned. */
export function parseLoose(text: string | null): Json {
  try {
    return JSON.parse(text?.replace(/^\ufeff/, '') ?? 'null') as Json // JSON.parse makes nothing else
  } catch {
    return null
  }
}
