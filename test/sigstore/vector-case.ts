/** One vector of signatures, as `index.json` names it. */
import type { Bundle } from './bundle.ts'
import type { PolicyName } from './vector-workshop.ts'

export type Expected =
  | { readonly signer: { readonly issuer: string; readonly subject: string } | { readonly spki: string } }
  | { readonly code: string }

export interface VectorCase {
  readonly name: string
  readonly why: string
  readonly bundle: Bundle | string
  readonly expected: Expected
  /** Where not `signed`, `all`, `root` and `mcp.lock`. */
  readonly lock?: 'changed'
  readonly policy?: PolicyName
  readonly root?: string
  readonly path?: string
}

/** As it stands in `index.json`: with the names of files. */
export interface Vector {
  readonly name: string
  readonly lock: string
  readonly bundle: string
  readonly policy: string
  readonly root: string
  readonly path: string
  readonly expected: Expected
}
