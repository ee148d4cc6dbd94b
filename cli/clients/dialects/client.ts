/** A client: where it keeps its servers on each system, and how it writes them down. */
import type { Dialect } from './dialect.ts'

/**
 * A file of the user's on each system; null where the client does not run. `~` is the home folder, and
 * `${env:X:-default}` a folder that a variable may name.
 */
export type UserPath = { readonly linux: string | null; readonly darwin: string | null; readonly win32: string | null }

export type ConfigFile = {
  readonly dialect: Dialect
  /** From the project's root, with slashes; one part may be `*` or `*.EXTENSION`. */
  readonly project?: string
  readonly user?: UserPath
}

/** How we know: from the client's source or documentation, from others who say so, or by analogy with its kin. */
type Certainty = 'certain' | 'reported' | 'assumed'

export type Client = {
  readonly name: string
  readonly files: readonly ConfigFile[]
  readonly certainty: { readonly files: Certainty; readonly variables: Certainty }
}

export function everywhere(path: string): UserPath {
  return { linux: path, darwin: path, win32: path }
}

/** Below the folder in which each system keeps the data of applications. */
export function applicationData(path: string): UserPath {
  return {
    linux: `\${env:XDG_CONFIG_HOME:-~/.config}/${path}`,
    darwin: `~/Library/Application Support/${path}`,
    win32: `\${env:APPDATA:-~/AppData/Roaming}/${path}`,
  }
}
