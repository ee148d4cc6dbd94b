/** How often somebody may ask: a bucket of tokens each, and a bounded number of buckets. */
import { LRUCache } from 'lru-cache'

export type Rate = { readonly perSecond: number; readonly burst: number }

type Bucket = { tokens: number; at: number }

const MAX_BUCKETS = 100_000

/** @param clock milliseconds @returns whether there was a token for somebody */
export function tokenBuckets({ perSecond, burst }: Rate, clock: () => number): (who: string) => boolean {
  const buckets = new LRUCache<string, Bucket>({ max: MAX_BUCKETS })
  const newBucket = (who: string, at: number): Bucket => {
    const bucket = { tokens: burst, at }
    buckets.set(who, bucket)
    return bucket
  }
  return (who) => {
    const now = clock()
    const bucket = buckets.get(who) ?? newBucket(who, now)
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}
