/** Changes of a bundle or root on which verifiers are known to differ. */
type Bundle = {
  mediaType: string
  readonly dsseEnvelope: { readonly signatures: readonly [{ keyid?: string }] }
  readonly verificationMaterial: { readonly tlogEntries: readonly [{ readonly inclusionProof: { rootHash: string } }] }
}
type Root = { readonly tlogs: readonly { readonly publicKey: { readonly validFor: { end?: string } } }[] }

export type Mutation = {
  readonly what: string
  /** That of our refusal. */
  readonly code: string
  readonly bundle?: (bundle: Bundle) => void
  readonly root?: (root: Root) => void
}

export const MUTATIONS: readonly Mutation[] = [
  {
    what: 'a bundle of an unknown version',
    code: 'BUNDLE_INVALID',
    bundle: (bundle) => void (bundle.mediaType = 'application/vnd.dev.sigstore.bundle.v0.9+json'),
  },
  {
    what: 'an envelope that names its key',
    code: 'BUNDLE_INVALID',
    bundle: ({ dsseEnvelope }) => void (dsseEnvelope.signatures[0].keyid = 'key'),
  },
  {
    what: 'another root hash in the proof than in the checkpoint',
    code: 'LOG_ENTRY_INVALID',
    bundle: ({ verificationMaterial: { tlogEntries } }) => {
      const { inclusionProof } = tlogEntries[0]
      const hash = Buffer.from(inclusionProof.rootHash, 'base64')
      hash.writeUInt8(hash.readUInt8() ^ 1)
      inclusionProof.rootHash = hash.toString('base64')
    },
  },
  {
    what: "a log's key that had ended when it signed",
    code: 'LOG_ENTRY_INVALID',
    root: ({ tlogs }) => {
      for (const { publicKey } of tlogs) publicKey.validFor.end = '2024-06-01T00:00:00Z'
    },
  },
]

/** The text of a JSON file, with a change if there is one. */
export function mutation<Content>(change: ((content: Content) => void) | undefined): (text: string) => string {
  return (text) => {
    const content: Content = JSON.parse(text)
    change?.(content)
    return JSON.stringify(content)
  }
}
