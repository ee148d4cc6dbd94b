/** How much a server may answer in one session. */
export type Limits = {
  /** Bytes of one message. */
  readonly message: number
  /** Bytes of all messages together. */
  readonly total: number
  /** Entries of one list. */
  readonly items: number
  /** Pages of one list. */
  readonly pages: number
}

const MIB = 1024 * 1024
export const DEFAULT_LIMITS: Limits = { message: 16 * MIB, total: 64 * MIB, items: 10_000, pages: 1_000 }
