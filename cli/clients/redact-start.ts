/** Credentials that a config has in so many words: kept out of the launch, and what to write instead. */
import { isChoosing } from '../../core/launch/choosing-variable.ts'
import { findSecrets, REDACTED, redactText, redactVariable } from '../../core/launch/secret.ts'
import { displaySafe } from '../../core/text.ts'
import type { Dialect } from './dialects/dialect.ts'
import type { Start } from './dialects/entry.ts'

/** What holds a credential, fit to be shown, and the name of a variable for it. */
type Found = { readonly what: string; readonly variable: string }

export type RedactedStart = {
  /** What the launch is made of; never what is started. */
  readonly start: Start
  readonly found: readonly Found[]
  /** What stands there in so many words. */
  readonly values: readonly string[]
}

export function redactStart(start: Start): RedactedStart {
  if (start.kind === 'address') {
    const url = redactUrl(start.url)
    return url === start.url
      ? { start, found: [], values: [] }
      : { start: { ...start, url }, found: [{ what: 'the URL holds a credential', variable: 'TOKEN' }], values: [start.url] }
  }
  const words = findSecrets(start.args)
  const args = start.args.map((word, i) => words.find(({ index }) => index === i)?.redacted ?? word)
  const chosen = Object.entries(start.env).flatMap(([name, text]) => {
    const redacted = isChoosing(name) ? redactVariable(name, text) : text
    return redacted === text ? [] : [{ name, text, redacted }]
  })
  if (words.length === 0 && chosen.length === 0) return { start, found: [], values: [] }
  const env = { ...start.env, ...Object.fromEntries(chosen.map(({ name, redacted }) => [name, redacted])) }
  return {
    start: { ...start, args, env },
    found: [
      ...words.map(({ index, option }) => ({ what: `argument ${index + 1} looks like a credential`, variable: nameFor(option) })),
      ...chosen.map(({ name }) => ({
        what: `the value of \`${displaySafe(name, 100)}\`, which the lock keeps, looks like a credential`,
        variable: 'TOKEN',
      })),
    ],
    values: [
      ...words.flatMap(({ index }) => [start.args[index] ?? '', (start.args[index] ?? '').split(/=(.*)/s)[1] ?? '']),
      ...chosen.map(({ text }) => text),
    ],
  }
}

/** User name and password never belong into an address; of the rest, what looks like a token. */
function redactUrl(url: string): string {
  const [address = '', ...query] = url.split(/([?#].*)/s)
  const bare = address.replace(/^(\w+:\/\/)([^/]*)@/, (all, scheme: string, user: string) =>
    /[^/:]/.test(user.replaceAll(/\$\{[^}]*\}/g, '')) ? `${scheme}${REDACTED}@` : all,
  )
  return redactText(bare) + query.join('')
}

function nameFor(option: string | null): string {
  return option === null || !/^[\w-]+$/.test(option) ? 'TOKEN' : option.replaceAll('-', '_').toUpperCase()
}

/** What is wrong and what to write, in the words of the config's client. */
export function wordSecrets(found: readonly Found[], { notation, passesOn }: Dialect): string | null {
  const [first] = found
  if (first === undefined) return null
  const write = (form: string): string => `\`${form.replaceAll('NAME', first.variable)}\``
  const advice =
    notation.form !== null
      ? `write ${write(notation.form)} in its place, and set the variable`
      : passesOn !== undefined
        ? `let the server read it from a variable, and hand that on by ${write(passesOn)}`
        : 'let the server read it from a variable, and set that in `env`'
  return `${found.map(({ what }) => what).join('; ')}; ${advice}`
}
