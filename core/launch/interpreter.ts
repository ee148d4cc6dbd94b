/** Programs that a launch names without a folder, and what is known of how they take their words (docs/format.md §5.2). */

const INTERPRETER = /^(?:node|deno|bun|python[\d.]*|ruby|perl|php|java|dotnet|tsx|ts-node)$/
const SHELL = /^(?:sh|bash|dash|zsh|ksh|fish)(?:\.exe)?$/
const WITH_SUFFIX = /^(npx|npm|pnpm|pnpx|yarn|bun|bunx|node|deno|python3?|py|uv|uvx|pipx|docker|dotnet|dnx)\.(?:cmd|exe|bat)$/i

/** A program's name without the suffix that Windows needs. Only well-known names lose it: elsewhere it may name another file. */
export function withoutSuffix(name: string): string {
  return WITH_SUFFIX.exec(name)?.[1] ?? name
}

/** Whether a word, with or without a folder, is a shell: what it runs depends on every byte of a line's end. */
export function isShell(word: string): boolean {
  return SHELL.test(word.split(/[\\/]/).at(-1) ?? '')
}

/**
 * Whether a word of an interpreter, here without its `./`, is a file with and without it. Of other programs
 * none is: they may look it up elsewhere. A bare first operand like `inspect` or `run` is a command of the
 * interpreter's own, and Deno takes a later one for a task.
 */
export function fileWords(command: string, args: readonly string[]): (bare: string, index: number) => boolean {
  if (!INTERPRETER.test(command)) return () => false
  const operand = args.findIndex((word) => !word.startsWith('-'))
  return (bare, index) => /[./]/.test(bare) || (index > operand && command !== 'deno')
}
