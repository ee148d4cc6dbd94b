/** JSON pointers (RFC 6901). Reports and policy use received keys; in memory and in the lock keys stand in stored form. */
import { escapeKey, unescapeKey } from './json.ts'

/** Where a value stands below another: stored keys, and indices of arrays. */
export type Path = readonly (string | number)[]

/** The pointer of keys as they are; '' is the whole. */
export function formatPointer(path: Path): string {
  let pointer = ''
  for (const key of path) pointer += `/${typeof key === 'number' ? key : key.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return pointer
}

/** The pointer, in received keys, of a path of stored keys. */
export function storedPointer(path: Path): string {
  return formatPointer(path.map((key) => (typeof key === 'number' ? key : unescapeKey(key))))
}

/** The keys of a pointer; null where the text is not one (RFC 6901 §3). */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return null
  return pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The stored keys of a pointer in received keys; the inverse of `storedPointer`, indices as texts. */
export function parseStoredPointer(pointer: string): string[] | null {
  return parsePointer(pointer)?.map(escapeKey) ?? null
}
