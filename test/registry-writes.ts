/** What stores are given: writes as they come out of submissions, without the signatures that a store does not look at. */
import { sha256 } from '../core/json/digest.ts'
import { formatManifest, formatStatement, manifestDigest, subjectOf, type ControlPredicate, type Manifest } from '../core/registry/index.ts'
import { toWrite } from '../registry-server/submission.ts'
import type { Judge, Metadata, Write } from '../registry-server/store.ts'
import { ORIGIN } from './registry-fixtures.ts'

type Sent = { readonly by?: string; readonly received?: number; readonly metadata?: Metadata; readonly closure?: string }

/** @param by who signed it, in any word */
export function manifestWrite(manifest: Manifest, { by = 'author', received = 1000, metadata = {}, closure }: Sent = {}): Write {
  const bytes = formatManifest(manifest)
  const { name, version, surface } = manifest
  const statement = {
    kind: 'manifest',
    subject: { name: `${name}@${version}`, sha256: manifestDigest(bytes).slice('sha256:'.length) },
    predicate: { role: 'author', name, version, registry: ORIGIN, repository: null, surfaceDigest: surface.digest, previous: null },
  } as const
  const payload = formatStatement(statement)
  const sent = { bundle: `bundle of ${by} ${sha256(payload)}`, manifest: bytes.toString(), metadata }
  const identity = { kind: 'key', digest: sha256(by) } as const
  return toWrite(closure === undefined ? sent : { ...sent, closure }, { identity, payload, statement }, received)
}

export function controlWrite(predicate: Omit<ControlPredicate, 'registry'>, { by = 'admin', received = 2000 }: Sent = {}): Write {
  const whole = { registry: ORIGIN, ...predicate }
  const statement = { kind: 'control', subject: subjectOf(whole), predicate: whole } as const
  const payload = formatStatement(statement)
  return toWrite(
    { bundle: `bundle of ${by} ${sha256(payload)}` },
    { identity: { kind: 'key', digest: sha256(by) }, payload, statement },
    received,
  )
}

export const NOTHING_SEEN = { size: 0, root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' }

/** Pauses everything. */
export function pause(text: string): Write {
  return controlWrite({ seen: NOTHING_SEEN, action: 'pause', target: { kind: 'all' }, reason: { code: 'policy', text } })
}

/** Many different writes in little time: one control statement under as many names. */
export function cheapWrites(from: number, to: number): Write[] {
  const base = controlWrite({ seen: NOTHING_SEEN, action: 'deprecate', target: { kind: 'name', name: 'com.acme/n' } })
  return Array.from({ length: to - from }, (_, i) => {
    const name = `com.acme/n${from + i}`
    return { ...base, record: { ...base.record, name, statement: sha256(name) } }
  })
}

export const all: Judge = () => null
