/** What the client has put in the place of variables that only it knows, read off the words that it passed behind `--`. */
import { isRemote, stdioLaunch, type Launch } from '../../core/launch/launch.ts'
import { referencesOf } from '../../core/launch/template.ts'

/** Values by the id of `${input:ID}`, from arguments that are as the launch says but for them. */
export function passedInputs(launch: Launch, words: readonly string[] | null): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  if (isRemote(launch) || words === null) return values
  const [command = '', ...args] = words
  const passed = stdioLaunch({ command, args }).args
  if (passed.length !== launch.args.length) return values
  for (const [i, template] of launch.args.entries()) {
    const names = referencesOf(template)
    const found = names.some((name) => name.startsWith('input:')) ? patternOf(template).exec(passed[i] ?? '') : null
    for (const [at, value] of found?.slice(1).entries() ?? []) {
      const [, id] = /^input:(.*)$/s.exec(names[at] ?? '') ?? []
      if (id !== undefined) values.set(id, value)
    }
  }
  return values
}

/** One group for each variable. */
function patternOf(template: string): RegExp {
  const parts = template.split(/\$\{[^}$]+\}/).map((part) => part.replaceAll('${$}', '$').replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('(.*)')}$`, 's')
}
