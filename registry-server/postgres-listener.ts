/** Hears of commits on a connection of its own, and makes a new one whenever it is lost. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClientConfig } from 'pg'

export const CHANNEL = 'mcp_lock_log'

/** A connection that is dead without saying so is found by asking. */
const HEARTBEAT = 5_000
const RETRY = 250

/** @param changed called after each commit, and after each connect, for something may have been missed. Returns what ends it. */
export function listen(config: ClientConfig, changed: () => void): () => Promise<void> {
  const ended = new AbortController()
  const running = keepListening(config, changed, ended.signal)
  return async () => {
    ended.abort()
    await running
  }
}

async function keepListening(config: ClientConfig, changed: () => void, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await listenOnce(config, changed, ended)
    await pause(RETRY * (0.5 + Math.random()), ended)
  }
}

/** Resolves when the connection is lost, or it is to end. */
async function listenOnce(config: ClientConfig, changed: () => void, ended: AbortSignal): Promise<void> {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ ...config, query_timeout: HEARTBEAT })
  const lost = new AbortController()
  const over = AbortSignal.any([ended, lost.signal])
  client.on('notification', changed)
  client.on('error', () => lost.abort())
  client.on('end', () => lost.abort())
  try {
    await client.connect()
    await client.query(`listen ${CHANNEL}`)
    changed()
    while (!over.aborted) {
      await pause(HEARTBEAT, over)
      if (!over.aborted) await client.query('select 1')
    }
  } catch {
    // Lost, or never there: the next one tells what was missed.
  }
  await client.end().catch(() => {})
}

async function pause(milliseconds: number, over: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal: over })
  } catch {
    // Cut short.
  }
}
