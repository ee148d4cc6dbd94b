/** Reading a Sigstore bundle: bounded, and of one spelling, before anything of it is interpreted. */
import { bundleFromJSON, type Bundle } from '@sigstore/bundle'
import { LockError } from '../codes/errors.ts'
import { member, own, parseStrict } from '../json/json.ts'
import { fit } from '../json/shape.ts'
import { bundleShape } from './bundle-shape.ts'
import { MAX_BUNDLE } from './limits.ts'

const VERSIONS: { readonly [mediaType: string]: '0.1' | '0.2' | '0.3' } = {
  'application/vnd.dev.sigstore.bundle+json;version=0.1': '0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2': '0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3': '0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json': '0.3',
}

export type ReadBundle = { readonly bundle: Bundle; readonly version: '0.1' | '0.2' | '0.3' }

/** A bundle of any version. @throws LockError `BUNDLE_INVALID` */
export function parseBundle(text: string): ReadBundle {
  if (text.length > MAX_BUNDLE) throw invalid(`expected at most ${MAX_BUNDLE} characters, got ${text.length}`)
  const value = LockError.within('the bundle', () => LockError.as('BUNDLE_INVALID', () => parseStrict(text)))
  const mediaType = member(value, 'mediaType')
  const version = typeof mediaType === 'string' ? own(VERSIONS, mediaType) : undefined
  if (version === undefined) throw invalid('expected the media type of a bundle v0.1 to v0.3')
  fit(bundleShape, value, 'BUNDLE_INVALID', 'the bundle')
  try {
    return { bundle: bundleFromJSON(value), version }
  } catch (cause) {
    throw new LockError('BUNDLE_INVALID', `a bundle v${version} lacks what it must have, or has what it must not`, { cause })
  }
}

function invalid(message: string): LockError {
  return new LockError('BUNDLE_INVALID', message)
}
