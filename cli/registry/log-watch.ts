/** Holding a registry's log to what was seen of it: every head begins with those before it, or nothing is believed any more. */
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import { isPrefix, type Head, type RegistryTrust, type SignedHead, type Tile } from '../../core/registry/index.ts'
import type { World } from '../world/world.ts'
import type { Distrust, Memory, RegistryMemory } from './memory.ts'

/** What one answer showed of the log. */
type Sight = {
  readonly head: SignedHead
  /** The head that the status reflects. */
  readonly reflected: Head
  /** A head that the lock has a proof in, and of which pin; what is typed to pin it anew. */
  readonly locked: { readonly head: SignedHead; readonly pin: string; readonly anew: string } | null
  /** Heads that signers saw. */
  readonly seen: readonly Head[]
  readonly epoch: number
  readonly status: string | null
}

export type LogWatch = {
  /** @throws LockError `LOG_FORKED`, `LOG_ROLLED_BACK`, for what was refused before */
  readonly read: () => Promise<Memory>
  /**
   * Takes what was seen after `before` was read.
   * @returns the roots by size, in base64, that the head is proven to begin with
   * @throws LockError `LOG_FORKED`, `LOG_ROLLED_BACK`, `STATUS_ROLLED_BACK`, `LOG_MALFORMED`, and what `tile` throws
   */
  readonly take: (sight: Sight, before: Memory) => Promise<ReadonlyMap<number, string>>
  /** Keeps an answer that contradicts itself. @throws LockError `LOG_FORKED` */
  readonly refuse: (detail: string, answer: string) => Promise<never>
}

export function watchLog(
  { rules: { origin } }: Pick<RegistryTrust, 'rules'>,
  memory: RegistryMemory,
  tile: (tile: Tile) => Promise<Uint8Array>,
  world: Pick<World, 'now' | 'stderr'>,
): LogWatch {
  const remembered = `remembered in ${memory.path}`
  const tiles = new Map<string, Promise<Uint8Array>>()
  const cached = (wanted: Tile): Promise<Uint8Array> => {
    const key = JSON.stringify(wanted)
    const found = tiles.get(key) ?? tile(wanted)
    tiles.set(key, found)
    return found
  }

  async function read(): Promise<Memory> {
    const known = await memory.read()
    if (known.distrust !== null && known.distrust.until === undefined) throw refusal(known.distrust)
    return known
  }

  /** Whether one head begins with another; what was proven before is not proven again. */
  async function begins(before: Head, after: Head, { roots }: Memory): Promise<boolean> {
    if (own(roots, String(before.size)) === base64(before) && own(roots, String(after.size)) === base64(after))
      return before.size <= after.size
    return isPrefix(before, after, cached)
  }

  /** @param where the earlier head stands @param close what to do, where that is not said by the code alone */
  async function contradicted(
    code: Distrust['code'],
    where: string,
    earlier: Head & { readonly checkpoint?: string },
    got: SignedHead,
    { close, until }: { readonly close?: string; readonly until?: readonly Head[] } = {},
  ): Promise<never> {
    const shown = (head: Head): string => `${head.size} records, root ${base64(head)}`
    const detail = `${where}: ${shown(earlier)}; served: ${shown(got)}${close === undefined ? '' : `; ${close}`}`
    const heads = until?.map((head) => ({ size: head.size, root: base64(head) }))
    const evidence = `${where}: ${shown(earlier)}\n${earlier.checkpoint ?? ''}\nserved: ${shown(got)}\n${got.checkpoint}`
    return stop({ code, detail, ...(heads === undefined ? {} : { until: heads }) }, evidence)
  }

  /** A lock tells what somebody else has seen: a log that begins with that and with what is served now was never another. */
  function contradictedByLock({ head, pin, anew }: NonNullable<Sight['locked']>, got: SignedHead): Promise<never> {
    const close = `once you have looked, mcp-lock registry trust-log --i-have-looked, then ${anew}`
    return contradicted(codeOf(head, got), `in the proof of \`${pin}\` in mcp.lock`, head, got, {
      close,
      ...(head.size > got.size ? { until: [head, got] } : {}),
    })
  }

  async function stop({ detail: what, ...why }: Distrust, evidence: string): Promise<never> {
    const file = await memory.keepEvidence(`${why.code} of ${origin}\n\n${evidence}`, world.now())
    const distrust = { ...why, detail: `${what}; the evidence is in ${file}` }
    for (;;) {
      const now = await memory.read()
      if (await memory.swap(now, { ...now, distrust: both(now.distrust, distrust) })) throw refusal(distrust)
    }
  }

  async function take(sight: Sight, before: Memory): Promise<ReadonlyMap<number, string>> {
    const { head, reflected, locked, seen } = sight
    const kept = before.head === null ? null : signedHead(before.head)
    const isBefore = async (earlier: Head): Promise<boolean> => earlier.size <= head.size && (await begins(earlier, head, before))
    if (kept !== null && !(await isBefore(kept))) await contradicted(codeOf(kept, head), remembered, kept, head)
    if (before.distrust !== null)
      for (const { size, root } of before.distrust.until ?? [])
        if (!(await isBefore({ size, root: Buffer.from(root, 'base64') }))) throw refusal(before.distrust)
    if (locked !== null && !(await isBefore(locked.head))) await contradictedByLock(locked, head)
    // The status may be younger than the proofs, or older.
    const [first, second] = reflected.size <= head.size ? [reflected, head] : [head, reflected]
    if (!(await begins(first, second, before))) await contradicted('LOG_FORKED', 'in the status', reflected, head)
    const proven = new Map([[head.size, base64(head)]])
    if (reflected.size <= head.size) proven.set(reflected.size, base64(reflected))
    for (const one of seen)
      if (one.size <= head.size && !proven.has(one.size) && (await begins(one, head, before))) proven.set(one.size, base64(one))
    await remember(sight, proven, before)
    return proven
  }

  /** Another process may have remembered more in the meantime: then both must be of one log. */
  async function remember(sight: Sight, proven: ReadonlyMap<number, string>, before: Memory): Promise<void> {
    const { head, epoch, status } = sight
    for (;;) {
      const known = await read()
      if (known.distrust !== null && JSON.stringify(known.distrust) !== JSON.stringify(before.distrust)) throw refusal(known.distrust)
      const kept = known.head === null ? null : signedHead(known.head)
      const isNewer = kept === null || kept.size < head.size
      if (kept !== null && !(await (isNewer ? begins(kept, head, known) : begins(head, kept, known))))
        await contradicted('LOG_FORKED', remembered, kept, head)
      const next: Memory = {
        ...known,
        distrust: null,
        head: isNewer ? { size: head.size, root: base64(head), checkpoint: head.checkpoint } : known.head,
        roots: { ...known.roots, ...Object.fromEntries(proven) },
        ...(epoch >= known.epoch ? { epoch, status } : {}),
      }
      if (JSON.stringify(next) === JSON.stringify(known) || (await memory.swap(known, next))) return
    }
  }

  return { read, take, refuse: (detail, answer) => stop({ code: 'LOG_FORKED', detail }, answer) }
}

/** What only a person ends is not replaced by what may end of itself. */
function both(before: Distrust | null, now: Distrust): Distrust {
  if (before === null || now.until === undefined) return now
  return before.until === undefined ? before : { ...now, until: [...before.until, ...now.until] }
}

function codeOf(earlier: Head, got: Head): Distrust['code'] {
  return earlier.size > got.size ? 'LOG_ROLLED_BACK' : 'LOG_FORKED'
}

function refusal({ code, detail }: Distrust): LockError {
  return new LockError(code, detail)
}

function signedHead({ size, root, checkpoint }: NonNullable<Memory['head']>): SignedHead {
  return { size, root: Buffer.from(root, 'base64'), checkpoint }
}

function base64({ root }: Head): string {
  return Buffer.from(root).toString('base64')
}
