/** How much is read of what others made, before anything of it is interpreted. */

/** UTF-16 code units; real bundles take 3 to 12 thousand. */
export const MAX_BUNDLE = 64 * 1024
export const MAX_LOG_ENTRIES = 2
export const MAX_TIMESTAMPS = 2

/** Bytes of DER: Fulcio's certificates take 700 to 2,200, tokens of timestamp authorities 500 to 4,000. */
export const MAX_CERTIFICATE = 8 * 1024
export const MAX_TIMESTAMP = 16 * 1024
/** UTF-16 code units: with the cosignatures of a dozen witnesses. */
export const MAX_CHECKPOINT = 8 * 1024
/** Hashes of a proof: a tree of 2^63 leaves has no longer one. */
export const MAX_PROOF = 63
