/** Names and versions of servers in a registry, as the MCP registry has them. */
import { text } from '../json/shape.ts'

/** `io.github.acme/tools`: reverse DNS, a slash, the server's own name. */
export const NAME_PATTERN = /^(?=.{3,200}$)[a-zA-Z0-9][a-zA-Z0-9.-]*\/[a-zA-Z0-9][a-zA-Z0-9._-]*$/
/** No range, and never `latest`. */
export const VERSION_PATTERN = /^(?!latest$)(?=.{1,128}$)[a-zA-Z0-9][a-zA-Z0-9.+_-]*$/

export const NAME = text(NAME_PATTERN)
export const VERSION = text(VERSION_PATTERN)

/** Names are unique without case. */
export function nameKey(name: string): string {
  return name.toLowerCase()
}
