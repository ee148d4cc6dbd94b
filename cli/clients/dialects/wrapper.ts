/** The words that put a server behind `mcp-lock run`: `npx -y mcp-lock@1.2.3 run NAME -- ` and then the server's own. */
import { artifactOf, floats } from '../../../core/launch/artifact.ts'
import { stdioLaunch, type StdioLaunch } from '../../../core/launch/launch.ts'
import { literal } from '../../../core/launch/template.ts'

export type Wrapper = {
  /** How many words stand before the server's own; without a `--` the server has none, and they are the pin's. */
  readonly length: number
  readonly bare: boolean
  /** Whether the words leave open which version of mcp-lock runs. */
  readonly floats: boolean
  /** Whether it is the user's own lock that they name, wherever they run. */
  readonly global: boolean
  /** How the client starts mcp-lock. */
  readonly launch: StdioLaunch
}

/** What stands around a server of this name; null for words that start anything else. */
export function wrapperOf(words: readonly string[], name: string): Wrapper | null {
  const at = words.findIndex((word, i) => i > 0 && word === 'run' && words[i + 1] === literal(name))
  if (at < 0) return null
  const [command = '', ...args] = words.slice(0, at)
  const floating = startsUs([command, ...args])
  const global = words[at + 2] === '--global'
  const end = at + 2 + (global ? 1 : 0)
  if (floating === null) return null
  const found = { floats: floating, global, launch: stdioLaunch({ command, args }) }
  if (end === words.length) return { length: end, bare: true, ...found }
  return words[end] === '--' && end + 1 < words.length ? { length: end + 1, bare: false, ...found } : null
}

/** Whether the words leave open which version of mcp-lock they start; null where they start something else. */
function startsUs([command = '', ...args]: readonly string[]): boolean | null {
  const launch = stdioLaunch({ command, args })
  if (launch.command === 'mcp-lock') return launch.args.length === 0 ? false : null
  const artifact = artifactOf(launch)
  if (artifact?.type !== 'npm' || artifact.name !== 'mcp-lock' || artifact.args.length > 0) return null
  return artifact.bin === null || artifact.bin === 'mcp-lock' ? floats(artifact) : null
}

export function isWrapping(words: readonly string[]): boolean {
  return startsUs(words) !== null
}
