/** Identity tokens: who is about to sign, by the word of an OpenID provider. */
import { AGAIN, failure, type Meaning } from './meaning.ts'

export const login = {
  IDENTITY_TOKEN_MISSING: failure(
    2,
    'no identity to sign with',
    'There is no identity token here, and nobody at a terminal who could sign in.',
    'give the job one as the message says, or sign with a key: `--key FILE`',
  ),
  IDENTITY_TOKEN_INVALID: failure(
    2,
    'an identity token that cannot be used',
    'It is no token of an OpenID provider, has expired, or is for another audience, so no certificate would be issued for it.',
    'get a new token for the audience `sigstore`; they are good for a few minutes only',
  ),
  LOGIN_FAILED: failure(
    3,
    'the identity provider gave no token',
    'It was not reached in time, refused, or answered something else than it was asked for.',
    AGAIN,
  ),
} satisfies Record<string, Meaning>
