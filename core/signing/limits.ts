/** What is read of a bundle, before anything of it is interpreted. */

/** UTF-16 code units; real bundles take 3 to 12 thousand. */
export const MAX_BUNDLE = 64 * 1024
export const MAX_LOG_ENTRIES = 2
export const MAX_TIMESTAMPS = 2
