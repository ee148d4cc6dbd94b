/** What a webhook says of one record, signed as Standard Webhooks 1.0 has it. */
import { createHash, createHmac } from 'node:crypto'
import { compareManifests, parseRecord, type LogRecord } from '../../core/registry/index.ts'
import { displaySafe } from '../../core/text.ts'
import { versionsNamed, type Catalog } from '../catalog.ts'
import type { ManifestCache } from '../manifest-cache.ts'
import { WEBHOOK_EVENTS, type WebhookEvent, type WebhookTarget } from './target.ts'

/** Against the version that was published before. */
type Changes = { readonly since: string; readonly count: number; readonly summary: string }

export type Happening = {
  readonly index: number
  readonly record: LogRecord
  /** Null: a control statement, the first version, or one that differs in nothing. */
  readonly changes: Changes | null
  readonly reason: { readonly code: string; readonly text: string } | null
}

type Sources = Catalog & { readonly manifests: ManifestCache }

export async function happeningAt(index: number, sources: Sources): Promise<Happening> {
  const [bytes] = await sources.store.records(index, index + 1)
  if (bytes === undefined) throw new Error(`the store has no record ${index}`)
  const record = parseRecord(bytes)
  if (record.kind === 'manifest') return { index, record, changes: await changesOf(record, sources), reason: null }
  const logged = (await sources.store.logged(record.name ?? null)).find((one) => one.index === index)
  const reason = logged?.statement.kind === 'control' ? logged.statement.predicate.reason : undefined
  return { index, record, changes: null, reason: reason === undefined ? null : { code: reason.code, text: displaySafe(reason.text, 500) } }
}

async function changesOf({ name = '', manifest }: LogRecord, sources: Sources): Promise<Changes | null> {
  const versions = await versionsNamed(sources, name)
  const at = versions.findIndex(({ state }) => state.digest === manifest)
  const [now, before] = [versions[at], versions[at + 1]]
  if (now === undefined || before === undefined) return null
  const [old, current] = await Promise.all([before, now].map(({ state }) => sources.manifests.read(state.digest)))
  if (old === undefined || current === undefined) return null
  const { findings, judgement } = compareManifests(old, current)
  return findings.length === 0 ? null : { since: old.version, count: findings.length, summary: judgement.text }
}

/** What of it a target asked for, the more telling one first; null for nothing. */
export function eventFor({ events }: Pick<WebhookTarget, 'events'>, { record, changes }: Happening): WebhookEvent | null {
  const names: readonly string[] =
    record.kind === 'control' ? [record.action ?? ''] : changes === null ? ['publish'] : ['change', 'publish']
  const name = names.find((one) => events.some((event) => event === one))
  return WEBHOOK_EVENTS.find((event) => event === name) ?? null
}

export type Message = { readonly id: string; readonly body: string }

/** The same for each attempt, so that who has it already knows it by its id. @param since milliseconds of the epoch */
export function messageOf(type: WebhookEvent, happening: Happening, origin: string, since: number): Message {
  const { index, record, changes, reason } = happening
  const data = {
    registry: origin,
    index,
    record,
    ...(changes === null ? {} : { changes }),
    ...(reason === null ? {} : { reason }),
  }
  const id = createHash('sha256').update(`${origin} ${index}`).digest('hex').slice(0, 32)
  return { id: `msg_${id}`, body: JSON.stringify({ type, timestamp: new Date(since).toISOString(), data }) }
}

/** @param now milliseconds of the epoch, of this attempt */
export function signedHeaders({ id, body }: Message, secret: Uint8Array, now: number): { readonly [name: string]: string } {
  const seconds = Math.floor(now / 1000)
  const signature = createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
}
