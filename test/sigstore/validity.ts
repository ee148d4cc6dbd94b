/** How long the keys of authorities and logs hold: twenty years, so that what was signed with them stays a vector. */
export const VALIDITY = { notBefore: Date.UTC(2024), notAfter: Date.UTC(2044) }
