/** Walking a whole log: every record is in it, signed, and judged after those before it; the status is what they amount to. */
import { LockError } from '../../core/codes/errors.ts'
import type { Finding } from '../../core/compare/finding.ts'
import { canonicalize } from '../../core/json/digest.ts'
import { own, type Json } from '../../core/json/json.ts'
import {
  compileStatus,
  growingTree,
  judgeHistory,
  judgeStatus,
  leafHash,
  nameKey,
  openCheckpoint,
  openStatement,
  parseEntries,
  parseManifest,
  parseRecord,
  TILE_WIDTH,
  toHistory,
  type Manifest,
  type OpenedStatement,
  type Status,
} from '../../core/registry/index.ts'
import type { Registry } from './open-registry.ts'

export type LogReport = {
  readonly size: number
  readonly root: string
  /** Records that count by the rules here. */
  readonly counted: number
  /** Of somebody whom the policy here does not name. */
  readonly ignored: number
  readonly findings: readonly Finding[]
}

const AT_ONCE = 8

/** @param onRead how many records were read @throws LockError, as each part of it does; what no honest registry accepts is a finding */
export async function verifyLog(registry: Registry, onRead: (count: number, of: number) => void): Promise<LogReport> {
  const { api, trust, watch, now } = registry
  const before = await watch.read()
  const head = openCheckpoint(await api.checkpoint(), trust.log, trust.witnesses)
  const tree = growingTree()
  const opened: OpenedStatement[] = []
  const manifests = new Map<string, Manifest>()
  for (let index = 0; index * TILE_WIDTH < head.size; index++) {
    const width = Math.min(TILE_WIDTH, head.size - index * TILE_WIDTH)
    const records = parseEntries(await api.tile({ level: 0, index, width }, 'entries'))
    if (records.length !== width) throw new LockError('LOG_MALFORMED', `expected ${width} records, got ${records.length}`)
    for (const record of records) tree.add(leafHash(record))
    for (let at = 0; at < width; at += AT_ONCE)
      opened.push(...(await Promise.all(records.slice(at, at + AT_ONCE).map((record, i) => open(record, index * TILE_WIDTH + at + i)))))
    onRead(opened.length, head.size)
  }
  if (Buffer.compare(tree.rootAt(head.size), head.root) !== 0)
    throw new LockError('LOG_MALFORMED', 'the records do not make the root that the log signed')
  const text = await api.status()
  const status = judgeStatus(text, trust.status, { origin: trust.rules.origin, now: now(), epoch: before.epoch, last: before.status })
  const reflected = { size: status.log.size, root: Buffer.from(status.log.root, 'base64') }
  await watch.take({ head, reflected, locked: null, seen: [], epoch: status.epoch, status: text }, before)
  const rootAt = (size: number): string | null => (size <= head.size ? Buffer.from(tree.rootAt(size)).toString('base64') : null)
  const judged = [...byName(opened)].map((statements) =>
    judgeHistory(statements, head.size, trust.rules, rootAt, (digest) => manifests.get(digest) ?? null),
  )
  const refused = new Map(judged.flatMap(({ refused: all }) => all.map((one) => [one.index, one] as const)))
  const counted = new Map(
    judged.flatMap(({ history: { publications, controls } }) => [...publications, ...controls].map((one) => [one.index, one] as const)),
  )
  const inOrder = [...counted.values()].filter(({ index }) => index < status.log.size).sort((a, b) => a.index - b.index)
  return {
    size: head.size,
    root: Buffer.from(head.root).toString('base64'),
    counted: counted.size,
    ignored: head.size - counted.size - refused.size,
    findings: [
      ...[...refused.values()].map(({ code, detail, index }): Finding => ({
        code,
        subject: 'registry',
        detail: `record ${index}: ${detail}`,
      })),
      ...checkStatus(status, compileStatus(toHistory(head.size, inOrder))),
    ],
  }

  async function open(record: Uint8Array, index: number): Promise<OpenedStatement> {
    const { bundle, manifest } = parseRecord(record)
    const statement = openStatement({ index, record: Buffer.from(record).toString(), bundle: await api.bundle(bundle) }, trust)
    if (manifest !== undefined && statement.record.kind === 'manifest' && !manifests.has(manifest))
      manifests.set(manifest, parseManifest(await api.manifest(manifest)))
    return statement
  }
}

/** The statements about each name with those about everything, in the order of the log. */
function* byName(opened: readonly OpenedStatement[]): Generator<readonly OpenedStatement[]> {
  const everything = opened.filter(({ record }) => record.name === undefined)
  const names = new Map<string, OpenedStatement[]>()
  for (const one of opened) {
    if (one.record.name === undefined) continue
    const key = nameKey(one.record.name)
    names.set(key, [...(names.get(key) ?? []), one])
  }
  if (names.size === 0) yield everything
  for (const named of names.values()) yield [...named, ...everything].sort((a, b) => a.index - b.index)
}

/** What the records here revoke or pause stands in the status; what else stands there is by people whom the policy does not name. */
function checkStatus(status: Status, { paused, revoked }: ReturnType<typeof compileStatus>): Finding[] {
  const keys = (['manifests', 'versions', 'names'] as const).flatMap((kind) =>
    Object.entries(revoked[kind]).flatMap(([key, entry]) => (has([own(status.revoked[kind], key) ?? {}], entry) ? [] : [key])),
  )
  const missing = [
    ...keys,
    ...revoked.signers.filter((one) => !has(status.revoked.signers, one)).map(({ index }) => `the signer of record ${index}`),
    ...paused.filter((one) => !has(status.paused, one)).map(({ index }) => `the pause of record ${index}`),
  ]
  return missing.map((what) => ({
    code: 'STATUS_INVALID',
    subject: 'registry',
    detail: `the log revokes or pauses ${what}, and the status does not say so`,
  }))
}

function has(list: readonly object[], wanted: object): boolean {
  const expected = canonicalize(wanted as Json) // plain data, all of it JSON
  return list.some((one) => canonicalize(one as Json) === expected)
}
