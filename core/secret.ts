/** Credentials in words that would be written to the lock: known shapes of tokens, and names that say so. */
import { LockError } from './errors.ts'
import { displaySafe } from './text.ts'

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
  words.forEach((word, i) => {
    const [flag = '', value] = word.split(/=(.*)/s)
    const named = value === undefined ? FLAG.test(words[i - 1] ?? '') && !word.startsWith('-') : FLAG.test(flag)
    if (holdsSecret(word) || (named && withoutReferences(value ?? word) !== '')) {
      throw new LockError('SECRET_LITERAL', `argument ${i + 1} looks like a credential`)
    }
  })
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
  const words = value.split(/\s+/)
  const isFlag = words.some(
    (word, i) => FLAG.test(word.split('=')[0] ?? '') && withoutReferences(word.split(/=(.*)/s)[1] ?? words[i + 1] ?? '') !== '',
  )
  if (holdsSecret(value) || isFlag || (VARIABLE.test(name) && withoutReferences(value) !== '')) {
    throw new LockError('SECRET_LITERAL', `the value of \`${displaySafe(name, 100)}\`, which the lock keeps, looks like a credential`)
  }
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
