/** How clients write variables in their configs, each as a translation into our own notation (core/launch/template.ts). */
import { posix } from 'node:path'
import { LockError } from '../../../core/codes/errors.ts'

export type Notation = {
  /** How a variable `NAME` is written; null where the client knows none. */
  readonly form: string | null
  /** As the documentation shows it; '' where the client takes every text as it stands. */
  readonly shown: string
  readonly pattern: RegExp
  /** What one match in a file stands for in our notation; null for itself. @throws LockError `CONFIG_INVALID` */
  readonly reference: (match: RegExpExecArray, file: string) => string | null
}

export const LITERAL: Notation = { form: null, shown: '', pattern: /(?!)/g, reference: () => null }

export const BRACES: Notation = {
  form: '${NAME}',
  shown: '`${X}`, `${X:-default}`',
  pattern: /\$\{([^}]+)\}/g,
  reference: ([, name = '']) => `env:${name}`,
}

export const DOLLARS: Notation = {
  form: '$NAME',
  shown: '`$X`, `${X}`, `${X:-default}`',
  pattern: /\$(?:(\w+)|\{([^}]+)\})/g,
  reference: ([, bare, name]) => `env:${bare ?? name ?? ''}`,
}

/** Every `${…}` is a variable; one that we know no value for counts as unset, never as text. */
export const EDITOR: Notation = {
  form: '${env:NAME}',
  shown: '`${env:X}`, `${input:ID}`, `${workspaceFolder}`, `${userHome}`, `${/}`',
  pattern: /\$\{([^}]+)\}/g,
  reference: ([, name = '']) => {
    if (name.includes(':-')) throw new LockError('CONFIG_INVALID', 'a variable with a default, which this client does not know')
    return name === '/' ? 'pathSeparator' : name
  },
}

/** Of a file: from the folder of the config, or the home folder. Its content counts without the white space around it. */
export const BRACED: Notation = {
  form: '{env:NAME}',
  shown: '`{env:X}`, `{file:PATH}`',
  pattern: /\{(env|file):([^}]+)\}/g,
  reference: ([, kind, name = ''], file) => (kind === 'env' ? `env:${name}` : `file:${besides(file, name)}`),
}

export const ENV: Notation = {
  form: '${env:NAME}',
  shown: '`${env:X}`',
  pattern: /\$\{env:([^}]+)\}/g,
  reference: ([, name = '']) => `env:${name}`,
}

export const SECRETS: Notation = {
  form: '${{ secrets.NAME }}',
  shown: '`${{ secrets.X }}`, `${{ inputs.X }}`',
  pattern: /\$\{\{\s*(secrets|inputs)\.([\w.-]+)\s*\}\}/g,
  reference: ([, kind, name = '']) => (kind === 'secrets' ? `env:${name}` : `input:${name}`),
}

function besides(file: string, path: string): string {
  return /^(?:~?[\\/]|[A-Za-z]:)/.test(path) ? path : posix.join(posix.dirname(file), path)
}
