/** What a registry answers for a version: all that bears on it, and nothing of it believed yet. */

export type Served = {
  readonly name: string
  readonly version: string
  /** The digest of the manifest. */
  readonly manifest: `sha256:${string}`
  /** About the name and about everything, in the order of the log, each proven in one head. */
  readonly statements: readonly ServedStatement[]
  /** The signed status. */
  readonly status: string
}

/** `record`: the leaf; `bundle`: who signed what; `proof`: a C2SP tlog-proof. */
export type ServedStatement = { readonly index: number; readonly record: string; readonly bundle: string; readonly proof: string }
