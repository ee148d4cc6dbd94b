/** The head as it is now, signed by the log and by its witnesses; made once for all who ask. */
import { signCheckpoint, type SignedHead } from '../core/registry/index.ts'
import type { Clock, RegistrySigner } from './registry.ts'
import type { Head, Store } from './store.ts'
import type { Cosigned } from './witnesses.ts'

/** A head that lacks cosignatures is asked for them again so often. */
const AGAIN = 5_000
/** Heads that may pass by while one is cosigned. */
const MOST_PASSED = 5

export type SignedHeads = {
  readonly current: () => Promise<SignedHead>
  /** Cosignatures that the last one lacks. */
  readonly missing: () => number
}

/** Ed25519 is deterministic, so every replica signs the committed head with the same bytes. */
export function signedHeads(
  { head: read }: Pick<Store, 'head'>,
  { log }: Pick<RegistrySigner, 'log'>,
  clock: Clock,
  cosign: ((head: SignedHead) => Promise<Cosigned>) | null,
): SignedHeads {
  let kept: { readonly size: number; readonly until: number; readonly made: Promise<Cosigned> } | null = null
  let missing = 0

  let signed: SignedHead | null = null
  const sign = (head: Head): SignedHead => {
    if (signed === null || signed.size !== head.size || Buffer.compare(signed.root, head.root) !== 0)
      signed = { ...head, checkpoint: signCheckpoint({ origin: log.name, ...head }, log) }
    return signed
  }

  async function cosigned(head: Head, by: NonNullable<typeof cosign>): Promise<Cosigned> {
    if (kept === null || kept.size !== head.size || clock() >= kept.until) {
      const made = by(sign(head))
      kept = { size: head.size, until: Infinity, made }
      const { missing: lacking } = await made
      if (kept.made === made) kept = { size: head.size, until: lacking > 0 ? clock() + AGAIN : Infinity, made }
      missing = lacking
    }
    return kept.made
  }

  return {
    current: async () => {
      if (cosign === null) return sign(await read())
      let last = await cosigned(await read(), cosign)
      for (let passed = 0; last.isPassed && passed < MOST_PASSED; passed++) last = await cosigned(await read(), cosign)
      return last
    },
    missing: () => missing,
  }
}
