/** The options of `uvx` and `pipx run` that say what is installed, as uv and pip take them. */
import type { Artifact } from '../../../core/launch/artifact.ts'
import type { PythonTool } from './python-tool.ts'

/** The Python that the launch asks for: `3.12`. */
export function pythonOf({ options }: Artifact): string | null {
  const asked = options.find(([name]) => name === '-p' || name === '--python')
  return /\d+(?:\.\d+){0,2}$/.exec(asked?.[1] ?? '')?.[0] ?? null
}

/** The requirements: the package, as freely as the launch names it, and what it has installed beside it. */
export function requirementsOf({ name, extras, range, options }: Artifact): string[] {
  const version = range === '' || range === 'latest' ? '' : /^[<>=!~]/.test(range) ? range : `==${range}`
  const beside = options.filter(([option]) => option === '-w' || option === '--with').map(([, value]) => value)
  return [`${name}${extras}${version}`, ...beside.map((text) => text.replace(/@latest$/, '').replace(/@(?=[^@]*$)/, '=='))]
}

const MAIN: ReadonlySet<string> = new Set(['-i', '--index-url', '--default-index'])
const EXTRA: ReadonlySet<string> = new Set(['--index', '--extra-index-url'])

/** The indexes that the launch names, in the tool's own words. */
export function indexesOf({ options }: Artifact, kind: PythonTool['kind']): string[] {
  return options.flatMap(([name, value]) => {
    const url = value.replace(/^[\w-]+=(?=https?:)/, '')
    if (MAIN.has(name)) return ['--index-url', url]
    return EXTRA.has(name) ? [kind === 'uv' ? '--index' : '--extra-index-url', kind === 'uv' ? value : url] : []
  })
}
