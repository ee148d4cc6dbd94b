/** Witnesses (C2SP tlog-witness): each cosigns a head that continues the last one it saw, so that nobody is shown another log. */
import { LockError } from '../core/codes/errors.ts'
import { formatNote, parseNote, verifiedBy, type NoteVerifier, type SignedHead } from '../core/registry/index.ts'
import type { LogReader } from './log-reader.ts'
import { readBody } from './read-body.ts'
import type { Clock, Log } from './registry.ts'

/** @see `url` what stands before `/add-checkpoint` */
export type Witness = { readonly url: string; readonly verifier: NoteVerifier }

type Line = ReturnType<typeof parseNote>['signatures'][number]

export type Cosigned = SignedHead & {
  readonly missing: number
  /** A witness has seen a later head, of which it cosigns no earlier one. */
  readonly isPassed: boolean
}

const TIMEOUT = 2_000
/** A witness that failed is not waited for so long. */
const PAUSE = 10_000
const MAX_ANSWER = 16 * 1024

/** The head with the cosignatures that are to be had: with fewer, where a witness fails, and a line in the log that says so. */
export function cosigner(
  witnesses: readonly Witness[],
  { proofs, clock, log }: { readonly proofs: LogReader; readonly clock: Clock; readonly log: Log },
): (head: SignedHead) => Promise<Cosigned> {
  const asks = witnesses.map((witness) => asker(witness, proofs, clock, log))
  return async (head) => {
    const answers = await Promise.all(asks.map((ask) => ask(head)))
    const lines = answers.filter((answer) => typeof answer === 'object').flat()
    const { text, signatures } = parseNote(head.checkpoint)
    const checkpoint = formatNote({ text, signatures: [...signatures, ...lines] })
    const missing = answers.filter((answer) => typeof answer !== 'object').length
    return { ...head, checkpoint, missing, isPassed: answers.includes('passed') }
  }
}

type Asked = readonly Line[] | 'passed' | 'failed'

function asker({ url, verifier }: Witness, proofs: LogReader, clock: Clock, log: Log): (head: SignedHead) => Promise<Asked> {
  let seen = 0
  let restUntil = 0
  let turn: Promise<unknown> = Promise.resolve()

  async function ask(head: SignedHead): Promise<Asked> {
    if (clock() < restUntil) return 'failed'
    try {
      // A witness says once what it has seen, if that is not what was thought.
      for (let tries = 0; tries < 3 && seen <= head.size; tries++) {
        const lines = await add(head)
        if (lines !== null) return lines
      }
      if (seen > head.size) return 'passed'
      throw new Error('it does not say what it has seen')
    } catch (error) {
      restUntil = clock() + PAUSE
      const message = error instanceof Error ? error.message : String(error)
      log({ level: 'warn', message: 'a witness did not cosign', witness: verifier.name, size: head.size, error: message })
      return 'failed'
    }
  }

  /** Null where it has seen another head, which `seen` then is. */
  async function add(head: SignedHead): Promise<readonly Line[] | null> {
    const proof = await proofs.consistencyOf(seen, head.size)
    const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')
    const body = `old ${seen}\n${lines}\n${head.checkpoint}`
    const response = await fetch(`${url}/add-checkpoint`, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) })
    const text = Buffer.from(await readBody(response, MAX_ANSWER)).toString()
    if (response.status === 409) {
      const size = Number(/^(\d{1,15})\n$/.exec(text)?.[1])
      if (!Number.isSafeInteger(size) || size === seen) throw new Error(`it has seen another head of ${seen} records`)
      seen = size
      return null
    }
    if (response.status !== 200) throw new Error(`it answered ${response.status}`)
    const note = parseNote(head.checkpoint)
    const given = parseNote(`${note.text}\n${text}`)
    if (!verifiedBy(given, verifier)) throw new LockError('CHECKPOINT_UNTRUSTED', 'its cosignature is missing')
    seen = head.size
    return given.signatures.filter(({ name, id }) => name === verifier.name && Buffer.compare(id, verifier.id) === 0)
  }

  return (head) => {
    const asked = turn.then(() => ask(head))
    turn = asked
    return asked
  }
}
