/** A signer in the words of a command line: `verify --signer`, `trust add`. */
import { LockError } from '../codes/errors.ts'
import { hasInvisible } from '../text.ts'
import { parsePublicKey } from './keys.ts'
import { GITHUB, GITHUB_ISSUER, GITHUB_NAME, ISSUER, WORKFLOW, type GithubSigner, type Signer, type SubjectSigner } from './signer.ts'

const FORM = '`github:OWNER/REPOSITORY/.github/workflows/NAME.yml@refs/heads/BRANCH`'

/**
 * `github:acme/tools/.github/workflows/lock.yml@refs/heads/main`; an e-mail or a URI, with its issuer; or the path
 * of a public key.
 * @param readKey the text of a key's file
 * @throws LockError `USAGE`; `KEY_INVALID`; and what `readKey` throws
 */
export async function parseSigner(words: string, issuer: string | null, readKey: (path: string) => Promise<string>): Promise<Signer> {
  if (words === '' || words.length > 2048) throw usage('expected a signer')
  if (words.startsWith('github:')) {
    if (issuer !== null) throw usage('the issuer of `github:` is known; for another GitHub, write `issuer` and `server` into mcp-lock.yaml')
    return parseGithub(words.slice('github:'.length))
  }
  if (words.startsWith(`${GITHUB}/`) && (issuer ?? GITHUB_ISSUER) === GITHUB_ISSUER)
    throw usage(`a workflow of GitHub is named by its repository, file and ref: ${FORM}`)
  const isPerson = /^[^\s@/\\]+@[^\s@/\\]+$/.test(words)
  if (isPerson || /^[a-z][a-z\d+.-]+:\/\/\S+$/.test(words)) {
    if (issuer === null) throw usage(`who says so? ${isPerson ? 'an e-mail' : 'a URI'} needs \`--issuer URL\`, ${ISSUERS}`)
    if (!ASCII.test(words))
      throw usage('certificates name people and workloads in ASCII: a letter of another script looks like one of these')
    if (!ISSUER.test(issuer) || !ASCII.test(issuer))
      throw usage('expected the URL of an issuer, as in `--issuer https://accounts.google.com`')
    return { issuer, subject: words }
  }
  if (issuer !== null) throw usage('`--issuer` goes with an e-mail or a URI; a key has none')
  const key = (await readKey(words)).replaceAll('\r\n', '\n').trim()
  parsePublicKey(key)
  return { key: `${key}\n` }
}

/** What a certificate's name is made of: anything else only looks like somebody. */
const ASCII = /^[\x21-\x7e]+$/
const ISSUERS = 'such as https://accounts.google.com or https://github.com/login/oauth; `mcp-lock show signature` says whose signed'

function parseGithub(words: string): GithubSigner {
  const [, github, workflow, ref = ''] = /^([^/@]+\/[^/@]+)\/([^@]+)(?:@(.*))?$/.exec(words) ?? []
  if (github === undefined || workflow === undefined || !GITHUB_NAME.test(github)) throw usage(`expected ${FORM}`)
  if (!WORKFLOW.test(workflow)) throw usage(`expected the workflow as \`.github/workflows/NAME.yml\`: ${FORM}`)
  if (ref.includes('*')) throw usage('a pattern of refs is written as `refPattern` into mcp-lock.yaml')
  if (/^refs\/(?:heads|tags)\/\S+$/.test(ref) && !hasInvisible(ref)) return { github, workflow, ref }
  const plain = /^[\w./-]+$/.test(ref) ? ref : 'main'
  throw usage(`expected a whole ref, \`@refs/heads/${plain}\` for a branch or \`@refs/tags/${plain}\` for a tag`)
}

/** The mirror of `parseSigner`, but for numbers of GitHub, which nobody knows by heart; null for what only a policy can say. */
export function formatSigner(signer: GithubSigner | SubjectSigner): readonly string[] | null {
  if (!('github' in signer)) return [signer.subject, '--issuer', signer.issuer]
  const { github, workflow, ref, repositoryId: _, ownerId: __, ...more } = signer
  return ref === undefined || Object.keys(more).length > 0 ? null : [`github:${github}/${workflow}@${ref}`]
}

function usage(message: string): LockError {
  return new LockError('USAGE', message)
}
