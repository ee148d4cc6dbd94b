/** Making signatures. */
import { AGAIN, failure, type Meaning } from './meaning.ts'

export const signing = {
  SIGNER_UNDECLARED: failure(
    4,
    'a signer that the policy does not name',
    'A lock that it signed would be refused by `mcp-lock verify`; nothing was signed or published.',
    'add the signer with `mcp-lock trust add`, as the message says',
  ),
  SIGNING_CONFIG_INVALID: failure(
    2,
    'a signing config that cannot be used',
    'The file that names the services of a Sigstore is malformed, or names too few that are valid now.',
    'take a new `signing_config.json` from those who run the Sigstore',
  ),
  AUTHORITY_UNKNOWN: failure(
    4,
    'a certificate authority that gets no identity token',
    'Whoever gets the token can sign as its holder. It goes, encrypted, to an authority of the trusted root only, or to that of a signing config that the command line names.',
    'if a change of `signing_config.json` names another authority, ask those who made it; else take it and the trusted root anew: `mcp-lock trust import`',
  ),
  SIGNING_UNAVAILABLE: failure(
    3,
    'a signing service is not available',
    'It was not reached, or failed, several times. Nothing was written; what it may have logged by then does no harm.',
    `${AGAIN}; for the public good instance, see https://status.sigstore.dev`,
  ),
  SIGNING_REFUSED: failure(
    3,
    'a signing service refused',
    'It answered that the request is wrong: a token that expired or is for another audience is the usual reason.',
    'get a new token and run the command again',
  ),
  SIGNING_UNVERIFIED: failure(
    4,
    'what the services made does not hold',
    'Signed with their answers, the lock would not verify: they answered something else than was asked, or are not those of the trusted root.',
    'check that signing config and trusted root are of the same Sigstore; if they are, do not trust the service that the message names',
  ),
  BUNDLE_UNUSABLE: failure(
    2,
    'a bundle that cannot be counted on from',
    'A new signature has the next serial number after that of the bundle beside the lock, and that bundle does not say one for this lock.',
    'where the lock was copied or moved here, or never had a good one, delete mcp.lock.sigstore.json and sign again; else restore it: `git checkout HEAD -- mcp.lock.sigstore.json`',
  ),
  KEY_LOCKED: failure(
    2,
    'a private key that stays encrypted',
    'There is no passphrase for it, or a wrong one.',
    'run the command at a terminal and type the passphrase, or set MCP_LOCK_KEY_PASSPHRASE',
  ),
  KEY_COMMAND_FAILED: failure(
    3,
    'the key command failed',
    'The program that holds the key did not answer with a signature of what was on its standard input.',
    'run it by hand: it reads the bytes to sign and writes the signature in base64',
  ),
} satisfies Record<string, Meaning>
