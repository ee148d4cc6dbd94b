/** `sign-bundle [--in-toto] --identity-token TOKEN --bundle FILE [--trusted-root FILE] [--signing-config FILE] FILE` */
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { networkOf } from '../../cli/network/network.ts'
import { readToken } from '../../cli/login/identity-token.ts'
import type { Content } from '../../cli/signing/content.ts'
import { certifiedSigner } from '../../cli/signing/fulcio.ts'
import { makeBundle } from '../../cli/signing/make-bundle.ts'
import type { Asking } from '../../cli/signing/services.ts'
import { challengeOf } from '../../core/identity/from-token.ts'
import { parseBundle, parseTrustedRoot, PAYLOAD_TYPE, publicGood, verifyBundle } from '../../core/signing/index.ts'
import { selectServices } from '../../core/signing/select-services.ts'
import { parseSigningConfig, publicGoodSigning } from '../../core/signing/signing-config.ts'

export async function signBundleCommand(argv: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { 'in-toto': { type: 'boolean' }, 'identity-token': text, bundle: text, 'trusted-root': text, 'signing-config': text },
    allowPositionals: true,
  })
  const { 'in-toto': isStatement = false, 'identity-token': raw, bundle: out, 'trusted-root': root, 'signing-config': config } = values
  const [file, ...more] = positionals
  if (raw === undefined || out === undefined || file === undefined || more.length > 0)
    throw new Error('expected --identity-token TOKEN, --bundle FILE and one FILE')
  const bytes = await readFile(file)
  const token = readToken(raw, 'sigstore', Date.now())
  const signing = config === undefined ? publicGoodSigning() : parseSigningConfig(await readFile(config, 'utf8'))
  const services = selectServices(signing, { certificate: true, logs: 1, timestamps: 1, logVersions: [1, 2] }, Date.now())
  if (services.authority === null) throw new Error('no certificate authority')
  const asking: Asking = {
    network: await networkOf(process.env),
    timeout: 20_000,
    signal: new AbortController().signal,
    secrets: [token.raw],
    say: (line) => void process.stderr.write(line),
  }
  const content: Content = isStatement ? { kind: 'envelope', type: PAYLOAD_TYPE, payload: bytes } : { kind: 'message', bytes }
  const signer = await certifiedSigner(token.raw, challengeOf(token.claims), services.authority, asking)
  const bundle = await makeBundle(content, signer, services, asking)
  const trust = { root: root === undefined ? publicGood() : parseTrustedRoot(await readFile(root, 'utf8')), keys: [], thresholds: {} }
  verifyBundle(parseBundle(bundle).bundle, trust, bytes)
  await writeFile(out, bundle)
}
