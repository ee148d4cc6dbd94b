/**
 * Writes the vectors of signatures: `node test/sigstore/write-vectors.ts`. Keys and signatures are new each time, so
 * it is run only where a case is added; a case that stood changes only with a new version of the statement.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acceptedVectors } from './accepted-vectors.ts'
import { makeBundle } from './bundle.ts'
import { envelopeVectors } from './envelope-vectors.ts'
import { newKeys } from './keys.ts'
import { rootVectors } from './root-vectors.ts'
import { signerVectors } from './signer-vectors.ts'
import { statementVectors } from './statement-vectors.ts'
import { KEYS, lockText, POLICIES, startWorkshop } from './vector-workshop.ts'
import { otherCertificateVector, witnessVectors } from './witness-vectors.ts'

const folder = join(import.meta.dirname, '../vectors/signing')
await using sigstore = await startWorkshop()
await using other = await startWorkshop(newKeys())
// So that the entries of the cases are not the first of their logs.
makeBundle(sigstore, KEYS.p256, Buffer.of(), { rekor: 1, tsa: false })
makeBundle(sigstore, KEYS.p256, Buffer.of(), { rekor: 2, tsa: false })
const { cases: ofRoots, roots } = rootVectors(sigstore, other)
const cases = [
  ...acceptedVectors(sigstore),
  ...statementVectors(sigstore),
  ...envelopeVectors(sigstore),
  ...signerVectors(sigstore, other),
  ...witnessVectors(sigstore, other),
  otherCertificateVector(sigstore),
  ...ofRoots,
]

rmSync(folder, { recursive: true, force: true })
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
for (const kind of ['bundles', 'policies', 'roots']) mkdirSync(join(folder, kind), { recursive: true })
write('signed.lock', lockText('signed'))
write('changed.lock', lockText('changed'))
for (const [name, text] of Object.entries(POLICIES)) write(`policies/${name}.yaml`, text)
// No port of this run.
for (const [name, root] of Object.entries(roots))
  write(`roots/${name}.json`, json(root).replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'https://sigstore.example'))
for (const { name, bundle } of cases) write(`bundles/${name}.json`, typeof bundle === 'string' ? bundle : json(bundle))
write(
  'index.json',
  json(
    cases.map(({ name, why, lock = 'signed', policy = 'all', root = 'root', path = 'mcp.lock', expected }) => ({
      name,
      why,
      lock: `${lock}.lock`,
      bundle: `bundles/${name}.json`,
      policy: `policies/${policy}.yaml`,
      root: `roots/${root}.json`,
      path,
      expected,
    })),
  ),
)
