/** Credentials in words that would be written to the lock: known shapes of tokens, and flags named for one. */
import { LockError } from './errors.ts'

/** Prefixes that vendors chose so that scanners find their tokens. */
const TOKEN =
  /\b(?:gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|sk-[\w-]{20,}|xox[abeoprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|npm_[A-Za-z0-9]{36}|AIza[\w-]{35}|hf_[A-Za-z0-9]{30,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.)|-----BEGIN [A-Z ]*PRIVATE KEY/
const FLAG = /^--?(?:[\w-]*[-_])?(?:api[-_]?key|access[-_]?key|auth|bearer|credentials?|passw(?:or)?d|secret|token)$/i
const CREDENTIALS_IN_URL = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]*:[^\s/?#]+@/i

/**
 * Refuses words that hold a credential. What a variable stands for is none of them.
 * @throws LockError `SECRET_LITERAL`, which names the word's place and never the word
 */
export function refuseSecrets(words: readonly string[]): void {
  words.forEach((word, i) => {
    const [flag = '', value] = word.split(/=(.*)/s)
    const named = value === undefined ? FLAG.test(words[i - 1] ?? '') && !word.startsWith('-') : FLAG.test(flag)
    const text = withoutReferences(value ?? word)
    if (TOKEN.test(text) || CREDENTIALS_IN_URL.test(text) || (named && text !== '')) {
      throw new LockError('SECRET_LITERAL', `argument ${i + 1} looks like a credential`)
    }
  })
}

function withoutReferences(word: string): string {
  return word.replaceAll(/\$\{(?!\$\})[^}]*\}/g, '')
}
