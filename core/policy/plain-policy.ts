/**
 * Policies without anything unusual, read without the schema library, whose start takes as long as an empty Node's. Whatever is
 * not plain or not right is left to the schema (policy-file.ts), which words what is wrong; a test holds the two together.
 */
import { isAlias, isScalar, visit } from 'yaml'
import { LockError } from '../codes/errors.ts'
import { parsePublicKey } from '../identity/keys.ts'
import { REF_PATTERN, SUBJECT_PATTERN } from '../identity/pattern.ts'
import type { Repository } from '../identity/repository.ts'
import { GITHUB_ISSUER, GITHUB_NAME, ID, ISSUER, ORIGIN, REPOSITORY, WHOLE_REF, WORKFLOW, type Signer } from '../identity/signer.ts'
import type { Json } from '../json/json.ts'
import { arrayOf, closed, fits, literal, mapOf, need, oneOf, positive, text, type Check } from '../json/shape.ts'
import { parseYamlDocument } from '../json/yaml-document.ts'
import { AGE } from '../packages/release-age.ts'
import { FILE, REGISTERED } from './forms.ts'
import { DEFAULTS, type Policy, type ServerPolicy, type SigstorePolicy } from './policy.ts'

/** Null where it is not plain. */
export function parsePlainPolicy(source: string): Policy | null {
  const document = parseYamlDocument(source, {})
  let isPlain = document.errors.length === 0 && document.warnings.length === 0
  visit(document, {
    Node: (_, node) => void (isPlain &&= !isAlias(node) && node.tag === undefined),
    Pair: (_, { key }) => void (isPlain &&= isScalar(key) && typeof key.value === 'string' && key.value !== '__proto__'),
  })
  if (!isPlain) return null
  const value: unknown = document.toJS() ?? {}
  return isWritten(value) ? withDefaults(value) : null
}

/** As the shape says. */
type Written = {
  readonly repository?: string | Repository
  readonly signers?: readonly Signer[]
  readonly sigstore?: Partial<SigstorePolicy>
  readonly minimumReleaseAge?: string
  readonly servers?: { readonly [name: string]: Partial<ServerPolicy> }
}

function isWritten(value: unknown): value is Written {
  return fits(shape, value as Json) // the shape looks at any value
}

function withDefaults({ repository, signers = [], sigstore = {}, servers = {}, ...rest }: Written): Policy | null {
  if (signers.length > 0 && repository === undefined) return null
  const filled = Object.entries(servers).map(([name, server]) => [name, { ...DEFAULTS, ...server }] as const)
  return {
    ...rest,
    ...(repository === undefined ? {} : { repository: typeof repository === 'string' ? { uri: repository } : repository }),
    signers,
    sigstore: { thresholds: {}, ...sigstore },
    servers: Object.fromEntries(filled),
  }
}

const some = text(/^[^]{1,2048}$/)
const id = text(ID)
const issuer = text(ISSUER)
const atMostTwo: Check = (value) =>
  need(
    [0, 1, 2].some((count) => Object.is(count, value)),
    '0, 1 or 2',
    value,
  )
const filledWith =
  (check: Check, most: number): Check =>
  (value) => {
    arrayOf(check)(value)
    need(Array.isArray(value) && value.length > 0 && value.length <= most, 'some', value)
  }
const both =
  (one: Check, other: Check): Check =>
  (value) => {
    one(value)
    other(value)
  }

const ofBranch = { github: text(GITHUB_NAME), workflow: text(WORKFLOW) }
const alsoOfBranch = {
  signerWorkflow: some,
  trigger: filledWith(some, 1000),
  runner: literal('github-hosted', 'self-hosted'),
  environment: some,
  repositoryId: id,
  ownerId: id,
  issuer,
  server: text(ORIGIN),
}
const key: Check = (value) => need(typeof value === 'string' && isPublicKey(value), 'a public key', value)

function isPublicKey(pem: string): boolean {
  try {
    parsePublicKey(pem)
    return true
  } catch (error) {
    if (error instanceof LockError) return false
    throw error
  }
}

const elsewhere = both(issuer, (value) => need(value !== GITHUB_ISSUER, 'another issuer', value))
const signer = oneOf(
  closed({ ...ofBranch, ref: both(some, text(WHOLE_REF)) }, alsoOfBranch),
  closed({ ...ofBranch, refPattern: text(REF_PATTERN) }, alsoOfBranch),
  closed({ issuer: elsewhere, subject: some }),
  closed({ issuer: elsewhere, subjectPattern: text(SUBJECT_PATTERN) }),
  closed({ key }),
)

const file = both(some, text(FILE))
const server = closed(
  {},
  {
    live: literal('always', 'with-credentials', 'never'),
    match: literal('exact', 'subset'),
    floating: literal('allow', 'deny'),
    scripts: literal('allow', 'deny'),
    resources: literal('pin', 'templates', 'off'),
    registry: text(REGISTERED),
    limits: closed({}, { message: positive, total: positive, items: positive, pages: positive }),
  },
)

const shape = closed(
  {},
  {
    repository: oneOf(text(REPOSITORY), closed({ uri: text(REPOSITORY) }, { id })),
    signers: filledWith(signer, 32),
    sigstore: closed(
      {},
      {
        trustedRoot: file,
        signingConfig: file,
        thresholds: closed({}, { log: atMostTwo, timestamp: atMostTwo, ctlog: atMostTwo }),
      },
    ),
    minimumReleaseAge: text(AGE),
    servers: mapOf(server),
  },
)
