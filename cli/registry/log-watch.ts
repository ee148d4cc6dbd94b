/** Holding a registry's log to what was seen of it: every head begins with those before it, or nothing is believed any more. */
import { LockError } from '../../core/codes/errors.ts'
import { own } from '../../core/json/json.ts'
import { isPrefix, type Head, type RegistryTrust, type SignedHead, type Tile } from '../../core/registry/index.ts'
import type { World } from '../world/world.ts'
import type { Memory, RegistryMemory } from './memory.ts'

/** What one answer showed of the log. */
type Sight = {
  readonly head: SignedHead
  /** The head that the status reflects. */
  readonly reflected: Head
  /** A head that the lock has a proof in. */
  readonly locked: SignedHead | null
  /** Heads that signers saw. */
  readonly seen: readonly Head[]
  readonly epoch: number
  readonly status: string
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
  const tiles = new Map<string, Promise<Uint8Array>>()
  const cached = (wanted: Tile): Promise<Uint8Array> => {
    const key = JSON.stringify(wanted)
    const found = tiles.get(key) ?? tile(wanted)
    tiles.set(key, found)
    return found
  }

  async function read(): Promise<Memory> {
    const known = await memory.read()
    if (known.distrust !== null) throw new LockError(known.distrust.code, known.distrust.detail)
    return known
  }

  /** Whether one head begins with another; what was proven before is not proven again. */
  async function begins(before: Head, after: Head, { roots }: Memory): Promise<boolean> {
    if (own(roots, String(before.size)) === base64(before) && own(roots, String(after.size)) === base64(after))
      return before.size <= after.size
    return isPrefix(before, after, cached)
  }

  async function distrust(
    code: 'LOG_FORKED' | 'LOG_ROLLED_BACK',
    kept: Head & { readonly checkpoint?: string },
    got: SignedHead,
  ): Promise<never> {
    const shown = (head: Head): string => `${head.size} records, root ${base64(head)}`
    const texts = [`kept: ${shown(kept)}\n${kept.checkpoint ?? ''}`, `served: ${shown(got)}\n${got.checkpoint}`]
    return stop(code, `kept ${shown(kept)}; served ${shown(got)}`, texts.join('\n'))
  }

  async function stop(code: 'LOG_FORKED' | 'LOG_ROLLED_BACK', what: string, evidence: string): Promise<never> {
    const file = await memory.keepEvidence(`${code} of ${origin}\n\n${evidence}`, world.now())
    const detail = `${what}; the evidence is in ${file}`
    for (;;) {
      const now = await memory.read()
      if (await memory.swap(now, { ...now, distrust: { code, detail } })) throw new LockError(code, detail)
    }
  }

  async function take(sight: Sight, before: Memory): Promise<ReadonlyMap<number, string>> {
    const { head, reflected, locked, seen } = sight
    const kept = before.head === null ? null : signedHead(before.head)
    for (const earlier of [kept, locked]) {
      if (earlier === null) continue
      if (earlier.size > head.size) await distrust('LOG_ROLLED_BACK', earlier, head)
      if (!(await begins(earlier, head, before))) await distrust('LOG_FORKED', earlier, head)
    }
    // The status may be younger than the proofs, or older.
    const [first, second] = reflected.size <= head.size ? [reflected, head] : [head, reflected]
    if (!(await begins(first, second, before))) await distrust('LOG_FORKED', reflected, head)
    const proven = new Map([[head.size, base64(head)]])
    if (reflected.size <= head.size) proven.set(reflected.size, base64(reflected))
    for (const one of seen)
      if (one.size <= head.size && !proven.has(one.size) && (await begins(one, head, before))) proven.set(one.size, base64(one))
    await remember(sight, proven)
    return proven
  }

  /** Another process may have remembered more in the meantime: then both must be of one log. */
  async function remember(sight: Sight, proven: ReadonlyMap<number, string>): Promise<void> {
    const { head, epoch, status } = sight
    for (;;) {
      const known = await read()
      const kept = known.head === null ? null : signedHead(known.head)
      const isNewer = kept === null || kept.size < head.size
      if (kept !== null && !(await (isNewer ? begins(kept, head, known) : begins(head, kept, known))))
        await distrust('LOG_FORKED', kept, head)
      const next: Memory = {
        ...known,
        head: isNewer ? { size: head.size, root: base64(head), checkpoint: head.checkpoint } : known.head,
        roots: { ...known.roots, ...Object.fromEntries(proven) },
        ...(epoch >= known.epoch ? { epoch, status } : {}),
      }
      if (JSON.stringify(next) === JSON.stringify(known) || (await memory.swap(known, next))) return
    }
  }

  return { read, take, refuse: (detail, answer) => stop('LOG_FORKED', detail, answer) }
}

function signedHead({ size, root, checkpoint }: NonNullable<Memory['head']>): SignedHead {
  return { size, root: Buffer.from(root, 'base64'), checkpoint }
}

function base64({ root }: Head): string {
  return Buffer.from(root).toString('base64')
}
