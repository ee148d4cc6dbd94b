/** What texts of a policy look like, besides those about signers (core/identity/signer.ts). */

/** In the folder of the policy or below, and nothing of git's own, which no commit has. */
export const FILE = /^(?!\/|[A-Za-z]:|.*(?:^|\/)(?:\.\.|\.[Gg][Ii][Tt])(?:\/|$))[^\\\0-\x1f\x7f\u2028\u2029]+$/
/** What `registry` of a server is; a name in a registry has a slash. */
export const REGISTERED = /^(?:required|off|[a-zA-Z0-9][a-zA-Z0-9.-]*\/[a-zA-Z0-9][a-zA-Z0-9._-]*)$/
