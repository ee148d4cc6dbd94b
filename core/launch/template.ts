/**
 * Texts with variables, in one notation for all clients (docs/format.md §5.1): `${env:NAME}`,
 * `${env:NAME:-default}`, `${input:ID}`, `${workspaceFolder}` and the like; `${$}` is a dollar sign
 * that the client does not expand. Client dialects are turned into it once, when a config is read.
 */
export type Variables = (name: string) => string | undefined

export type Expanded = { readonly text: string; readonly unset: readonly string[] }

const REFERENCE = /\$\{([^}]*)\}/g

/** Replaces every variable; a default stands in for one without a value, and the names without either are returned. */
export function expand(template: string, variables: Variables): Expanded {
  const unset: string[] = []
  const text = template.replace(REFERENCE, (_, reference: string) => {
    if (reference === '$') return '$'
    const split = reference.indexOf(':-')
    const name = split < 0 ? reference : reference.slice(0, split)
    const value = variables(name)
    if (value === undefined && split >= 0) return reference.slice(split + 2)
    if (value === undefined && !unset.includes(name)) unset.push(name)
    return value ?? ''
  })
  return { text, unset }
}

/** A path that may begin with the workspace, from there. */
export function fromWorkspace(path: string, workspace: string): string {
  return path.replace(/^\$\{workspaceFolder\}/, () => workspace)
}

/** A text that the client takes as it stands. */
export function literal(text: string): string {
  return text.replaceAll('${', '${$}{')
}

/** The names of the variables that a template refers to, with or without a default. */
export function referencesOf(template: string): string[] {
  return [...template.matchAll(REFERENCE)].map(([, reference = '']) => reference.split(':-')[0] ?? '').filter((name) => name !== '$')
}

/** Writes a dialect's references in our notation; `translate` says what one stands for, or null if for itself. */
export function translate(text: string, dialect: RegExp, reference: (match: RegExpExecArray) => string | null): string {
  let result = ''
  let at = 0
  for (const match of text.matchAll(dialect)) {
    const name = reference(match)
    if (name === null) continue
    result += `${literal(text.slice(at, match.index))}\${${name}}`
    at = match.index + match[0].length
  }
  return result + literal(text.slice(at))
}
