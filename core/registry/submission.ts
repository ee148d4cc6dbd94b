/** What is sent to a registry: a signed statement, with the manifest that it is about. */

/** Texts, so that their bytes are what was signed. */
export type Submission = {
  readonly bundle: string
  readonly manifest?: string
  readonly closure?: string
  readonly metadata?: Metadata
}

/** What is shown of a server, and nothing is verified by. */
export type Metadata = { readonly description?: string; readonly title?: string; readonly websiteUrl?: string }

/** UTF-16 code units of each. */
export const MAX_METADATA = { description: 1000, title: 200, websiteUrl: 500 } as const

/** How an address of a website begins. */
export const WEBSITE = /^https:\/\//
