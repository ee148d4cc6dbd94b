/** What texts of a policy look like. */

/** A number that GitHub gave, in quotes. */
export const ID = /^\d{1,20}$/
export const ORIGIN = /^https:\/\/[^\s/?#@]+$/
/** In the folder of the policy or below. */
export const FILE = /^(?!\/|.*(?:^|\/)\.\.(?:\/|$))[^\\]+$/
/** `owner/repository` */
export const GITHUB_NAME = /^[\w.-]+\/[\w.-]+$/
export const WHOLE_REF = /^refs\//
