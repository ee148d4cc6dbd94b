/** Credentials in words that would be written to the lock: known shapes of tokens, and names that say so. */
import { LockError } from '../codes/errors.ts'
import type { Launch } from './launch.ts'
import { displaySafe } from '../text.ts'

/** Prefixes that vendors chose so that scanners find their tokens. */
const TOKEN =
  /\b(?:gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|sk-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|npm_[A-Za-z0-9]{36}|AIza[\w-]{35}|hf_[A-Za-z0-9]{30,}|eyJ[\w-]{10,2000}\.eyJ[\w-]{10,2000}\.)|-----BEGIN [A-Z ]*PRIVATE KEY/
const NAME = String.raw`(?:[\w-]*[-_])?(?:api[-_]?key|access[-_]?key|auth|bearer|credentials?|passw(?:or)?d|secret|token)`
const FLAG = new RegExp(`^--?${NAME}$`, 'i')
const PARAMETER = new RegExp(`[?&](?:key|${NAME})=[^&#\\s]`, 'i')
/** What stands between the scheme and the path of each URL; looked ahead at, for one may begin where another's ends. */
const AUTHORITY = /[a-z0-9+.-]:\/\/(?=([^\s/?#]*))/gi
/** Variables that are named for what they hold: `LD_API_KEY`, `npm_config_//host/:_authToken`. */
const VARIABLE = /(?:^|[^a-z])(?:auth(?:token)?|bearer|credentials?|key|pass(?:w(?:or)?d)?|secret|token)$|apikey$/i

/**
 * Refuses words that hold a credential. What a variable stands for is none of them.
 * @throws LockError `SECRET_LITERAL`, which names the word's place and never the word
 */
export function refuseSecrets(words: readonly string[]): void {
  const [first] = findSecrets(words)
  if (first !== undefined) throw new LockError('SECRET_LITERAL', `argument ${first.index + 1} looks like a credential`)
}

/** Stands where a credential was (docs/format.md §5.2). */
export const REDACTED = '${redacted}'

export type FoundSecret = {
  readonly index: number
  /** The word with the marker in it. */
  readonly redacted: string
  /** The option that the word is the value of, without its dashes; null where the word alone shows what it is. */
  readonly option: string | null
}

/** The words that hold a credential, each as it is without. */
export function findSecrets(words: readonly string[]): readonly FoundSecret[] {
  return words.flatMap((word, index) => {
    const [flag = '', value] = word.split(/=(.*)/s)
    const before = words[index - 1] ?? ''
    const set = variableSet(before, word)
    if (set !== null && VARIABLE.test(set.name) && withoutReferences(set.value) !== '')
      return [{ index, redacted: set.head + REDACTED, option: set.name }]
    const isNamed = value === undefined ? FLAG.test(before) && !word.startsWith('-') : FLAG.test(flag)
    const option = isNamed ? (value === undefined ? before : flag).replace(/^-+/, '') : null
    const prefix = value !== undefined && word.startsWith('-') ? `${flag}=` : ''
    const text = word.slice(prefix.length)
    if (isNamed && withoutReferences(text) !== '') return [{ index, redacted: prefix + REDACTED, option }]
    return holdsSecret(word) ? [{ index, redacted: prefix + redactText(text), option }] : []
  })
}

/** The variable that a word gives a value to: `-e NAME=…`, `--env=NAME=…`. */
function variableSet(before: string, word: string): { readonly head: string; readonly name: string; readonly value: string } | null {
  const [, head = '', name = '', value = ''] = /^((?:-e=?|--env=)?(\w+)=)(.*)$/s.exec(word) ?? []
  const isSet = /^(?:-[a-zA-Z]*e|--env)$/.test(before) || /^(?:-e|--env=)/.test(word)
  return isSet && name !== '' ? { head, name, value } : null
}

/** Whether a launch holds a marker in place of a credential. */
export function isRedacted(launch: Launch): boolean {
  return JSON.stringify(launch).includes(REDACTED)
}

/** What of a text is no credential; where that cannot be told apart, nothing. */
export function redactText(text: string): string {
  if (!holdsSecret(text)) return text
  if (text.includes('-----BEGIN ')) return REDACTED
  const parts = text.split(/(\$\{[^}]*\})/).map((part, i) => (i % 2 === 1 ? part : redactPart(part)))
  const kept = parts.join('')
  return holdsSecret(kept) ? REDACTED : kept
}

const WHOLE_TOKEN = new RegExp(`(?:${TOKEN.source})[\\w.~+/=-]*`, 'g')
const WHOLE_PARAMETER = new RegExp(`(${PARAMETER.source.slice(0, -'[^&#\\s]'.length)})[^&#\\s]+`, 'gi')

function redactPart(text: string): string {
  return text
    .replaceAll(/(:\/\/)[^\s/?#@]*@/g, `$1$${REDACTED}@`)
    .replaceAll(WHOLE_PARAMETER, `$1$${REDACTED}`)
    .replaceAll(WHOLE_TOKEN, `$${REDACTED}`)
}

/** A variable's value without the credential in it. */
export function redactVariable(name: string, value: string): string {
  if (!isSecretVariable(name, value)) return value
  if (VARIABLE.test(name)) return REDACTED
  const words = value.split(/\s+/)
  const found = new Map(findSecrets(words).map(({ index, redacted }) => [index, redacted]))
  const kept = words.map((word, i) => found.get(i) ?? word).join(' ')
  return isSecretVariable(name, kept) ? REDACTED : kept
}

/**
 * Refuses a text that holds a credential.
 * @throws LockError `SECRET_LITERAL`, which names `what` and never the text
 */
export function refuseSecret(text: string, what: string): void {
  if (holdsSecret(text)) throw new LockError('SECRET_LITERAL', `${what} looks like one with a credential in it`)
}

/**
 * Refuses a variable whose value is a credential, or whose name says so.
 * @throws LockError `SECRET_LITERAL`, which names the variable and never its value
 */
export function refuseSecretVariable(name: string, value: string): void {
  if (isSecretVariable(name, value)) {
    throw new LockError('SECRET_LITERAL', `the value of \`${displaySafe(name, 100)}\`, which the lock keeps, looks like a credential`)
  }
}

function isSecretVariable(name: string, value: string): boolean {
  const words = value.split(/\s+/)
  const isFlag = words.some(
    (word, i) => FLAG.test(word.split('=')[0] ?? '') && withoutReferences(word.split(/=(.*)/s)[1] ?? words[i + 1] ?? '') !== '',
  )
  return holdsSecret(value) || isFlag || (VARIABLE.test(name) && withoutReferences(value) !== '')
}

function holdsSecret(word: string): boolean {
  const text = withoutReferences(word)
  return TOKEN.test(text) || hasCredentials(text) || PARAMETER.test(text)
}

/** Whether a URL has a user's name and password: something between a `:` and an `@`. Takes time in proportion to the text. */
function hasCredentials(text: string): boolean {
  return [...text.matchAll(AUTHORITY)].some(([, authority = '']) => {
    const colon = authority.indexOf(':')
    return colon >= 0 && colon + 1 < authority.lastIndexOf('@')
  })
}

/** The text as it stands where no variable has a value: a default is written down like everything else. */
function withoutReferences(word: string): string {
  const end = word.lastIndexOf('}') + 1
  const references = word.slice(0, end)
  return references.replaceAll(/\$\{(?!\$\})([^}]*)\}/g, (_, reference: string) => reference.split(/:-(.*)/s)[1] ?? '') + word.slice(end)
}
