/**
 * Patterns: what they leave open is which branches or tags, never who. One that left open an owner, a repository or a
 * person would match a stranger sooner or later, for a stranger chooses such names.
 */

/** At most three `*`, none of them first: no pattern matches every branch or every tag. */
const REFS = String.raw`refs\/(?:heads|tags)\/(?!\*)(?!.*\*\*)(?!(?:[^*]*\*){4})[\x21-\x7e]{1,200}$`
export const REF_PATTERN = new RegExp(`^${REFS}`)
/** The URI of one workflow, without any `*`, and a pattern of its refs. */
export const SUBJECT_PATTERN = new RegExp(String.raw`^[a-z][a-z\d+.-]*:\/\/[\x21-\x29\x2b-\x3f\x41-\x7e]{3,1000}@${REFS}`)

export function isOfRefs(pattern: string, ref: string): boolean {
  return REF_PATTERN.test(pattern) && fits(pattern, ref)
}

export function isOfSubjects(pattern: string, subject: string): boolean {
  return SUBJECT_PATTERN.test(pattern) && fits(pattern, subject)
}

/**
 * Anchored: each `*` stands for 1 to 100 of A-Z a-z 0-9 . _ + -, all else for itself. The bound is one for the time that it
 * takes: with three stars it grows with the third power of the text, which is as long as a certificate has room for.
 */
function fits(pattern: string, text: string): boolean {
  const literals = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}/]/g, '\\$&'))
  return new RegExp(`^${literals.join('[A-Za-z0-9._+-]{1,100}')}$`).test(text)
}
