/** What texts of a policy look like. */

/** A number that GitHub gave, in quotes. */
export const ID = /^\d{1,20}$/
export const ORIGIN = /^https:\/\/[^\s/?#@]+$/
/** In the folder of the policy or below. */
export const FILE = /^(?!\/|.*(?:^|\/)\.\.(?:\/|$))[^\\]+$/
/** `owner/repository` */
export const GITHUB_NAME = /^[\w.-]+\/[\w.-]+$/
export const WHOLE_REF = /^refs\//
/** What `registry` of a server is; a name in a registry has a slash. */
export const REGISTERED = /^(?:required|off|[a-zA-Z0-9][a-zA-Z0-9.-]*\/[a-zA-Z0-9][a-zA-Z0-9._-]*)$/
