/** Reads a file of vectors beside this one. */
import { readFileSync } from 'node:fs'

/** The parsed file; its shape is docs/format.md §6. */
export function readVectors<T>(name: string): T {
  const parsed: T = JSON.parse(readFileSync(`${import.meta.dirname}/${name}.json`, 'utf8'))
  return parsed
}

export function readVectorText(name: string): string {
  return readFileSync(`${import.meta.dirname}/${name}`, 'utf8')
}
