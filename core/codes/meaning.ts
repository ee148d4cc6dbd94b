/** What is said of a code, and the sentences that several share. */
export type Severity = 'high' | 'medium' | 'low'

/** `pending` awaits a decision: it passes, and fails under `--strict`. */
type Kind = 'failure' | 'change' | 'pending' | 'finding' | 'coverage'

export type Meaning = {
  readonly kind: Kind
  /** The exit status that it alone gives. */
  readonly exit: 0 | 1 | 2 | 3 | 4 | 130
  /** Sorts the report; never changes the exit status. */
  readonly severity: Severity
  readonly title: string
  readonly why: string
  readonly next: string
}

export const failure = (exit: Meaning['exit'], title: string, why: string, next: string): Meaning => ({
  kind: 'failure',
  exit,
  severity: 'high',
  title,
  why,
  next,
})
export const change = (severity: Severity, title: string, why: string, next: string): Meaning => ({
  kind: 'change',
  exit: 1,
  severity,
  title,
  why,
  next,
})
export const pending = (title: string, why: string, next: string): Meaning => ({
  kind: 'pending',
  exit: 0,
  severity: 'high',
  title,
  why,
  next,
})
export const coverage = (title: string, why: string, next: string): Meaning => ({
  kind: 'coverage',
  exit: 0,
  severity: 'low',
  title,
  why,
  next,
})

export const REVIEW = 'to reject it, keep the old version and tell the author; to accept it, run `mcp-lock pin` and commit the lock'
export const AGAIN = 'check the network and run the command again'
