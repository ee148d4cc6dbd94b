/** References of container images (distribution/reference): `ghcr.io/acme/tools:1.2@sha256:…`. */

export type ImageReference = {
  /** With its registry, in full: `docker.io/library/node`. */
  readonly name: string
  /** As it was written, without tag and digest. */
  readonly spelled: string
  /** Whether the registry was written too. */
  readonly qualified: boolean
  /** '' where there is none. */
  readonly tag: string
  readonly digest: `sha256:${string}` | null
}

const HOST = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*(?::\d{1,5})?`
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const REFERENCE = new RegExp(`^(?:(${HOST})/)?(${PART}(?:/${PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`)
const MAX_LENGTH = 512

/** Null for what is no reference, or one with another sort of digest, a variable, or only an id. */
export function readReference(word: string): ImageReference | null {
  if (word.length > MAX_LENGTH || /^[0-9a-f]{64}$/.test(word)) return null
  const [, first, path = '', tag = '', digest] = REFERENCE.exec(word) ?? []
  if (path === '') return null
  // The first part is a registry where it cannot be part of a path on Docker Hub.
  const isHost = first !== undefined && (/[.:A-Z]/.test(first) || first === 'localhost')
  const whole = first === undefined ? path : `${first}/${path}`
  const hub = (rest: string): string => `docker.io/${rest.includes('/') ? rest : `library/${rest}`}`
  const name = !isHost ? hub(whole) : /^(?:index\.)?docker\.io$/.test(first) ? hub(path) : whole
  return { name, spelled: whole, qualified: isHost, tag, digest: isSha256(digest) ? digest : null }
}

function isSha256(text: string | undefined): text is `sha256:${string}` {
  return text !== undefined
}
