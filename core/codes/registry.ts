/** Registries and their logs. */
import { AGAIN, failure, type Meaning } from './meaning.ts'

const FORGED = 'do not use what the registry serves; ask those who run it, and keep the output'

const FORKED =
  'tell those who run the registry, with the file named; once somebody has looked, `mcp-lock registry trust-log --i-have-looked` starts again from what it shows, and a pin whose proof says otherwise is pinned anew, `mcp-lock pin SERVER --from-registry NAME`'

export const registry = {
  MCP_REGISTRY_UNREACHABLE: failure(
    3,
    'the registry cannot be asked',
    'It could not be reached, or what answered at its address is no registry.',
    `compare \`url\` in mcp-lock.yaml with the address of the registry; ${AGAIN}; \`unreachable: use-last 24 hours\` in mcp-lock.yaml lets the last good answer serve for that long`,
  ),
  ADDRESS_UNKNOWN: failure(
    3,
    'an address that a registry does not have',
    'A registry answers below `/v1`, `/v0.1` and `/log` of its own address.',
    'leave those out of the address: `url: https://registry.acme.example`',
  ),
  NOTE_INVALID: failure(4, 'a malformed signed note', 'The head of a log is a signed note as C2SP defines it.', FORGED),
  CHECKPOINT_UNTRUSTED: failure(
    4,
    'a head of a log that is not trusted',
    'It is of another log, or not signed by the key and the witnesses that the policy names.',
    FORGED,
  ),
  PROOF_INVALID: failure(
    4,
    'not proven to be in the log',
    'The proof does not lead from the record to a head that the log signed.',
    FORGED,
  ),
  LOG_MALFORMED: failure(4, 'a malformed log', 'A tile or an entry bundle has not the form of C2SP tlog-tiles.', FORGED),
  RECORD_INVALID: failure(4, 'a malformed record', 'A record of a log has not the form that mcp-lock gives it.', FORGED),
  RECORD_REPEATED: failure(
    4,
    'a statement that was logged twice',
    'A registry logs what somebody signed once. A second time it would undo what was done since.',
    FORGED,
  ),
  MANIFEST_INVALID: failure(
    4,
    'a malformed manifest',
    'What the registry serves under a name and version is not a manifest, or its digests are not its own.',
    FORGED,
  ),
  STATUS_INVALID: failure(4, 'a malformed status', 'What says what is revoked or paused is not signed with the key of the policy.', FORGED),
  STATUS_EXPIRED: failure(
    4,
    'an old status',
    'What says what is revoked holds for minutes, or where the registry cannot be reached for as long as the policy says.',
    'check the clock of this machine and run the command again; if it stays, somebody keeps newer ones from you',
  ),
  STATUS_ROLLED_BACK: failure(
    4,
    'an older status than one seen before',
    'Statuses are numbered, and what one revokes every later one does. This one has a lower number, or revokes less.',
    FORGED,
  ),
  LOG_ROLLED_BACK: failure(
    4,
    'a log that has become shorter',
    'A log only grows. This head has fewer records than one that was seen before.',
    FORKED,
  ),
  REGISTRY_MEMORY_INVALID: failure(
    2,
    'what is remembered of a registry cannot be read',
    'The file in the state folder holds the last head of the log. Without it a shorter log would not be noticed.',
    'restore the file, or start again with `mcp-lock registry trust-log --i-have-looked`',
  ),
  LOG_FORKED: failure(
    4,
    'two views of one log',
    'The log signed two heads of which neither begins with the other: others are shown something else.',
    FORKED,
  ),
  APPROVALS_MISSING: failure(
    4,
    'not approved',
    'Fewer people have approved the manifest than the policy asks for.',
    'have it looked at and approved, `mcp-lock approve NAME@VERSION`',
  ),
  PAUSED: failure(
    4,
    'paused',
    'An admin of the registry has paused it, until it is resumed.',
    'ask those who run the registry; nothing is to be done here',
  ),
  REGISTRY_SOURCE_DIFFERS: failure(
    4,
    'another source than in the registry',
    'What is pinned and what was approved are not the same package, image or address.',
    'take it from there: `mcp-lock pin --from-registry NAME`; or have what is pinned published and approved',
  ),
  REGISTRY_SURFACE_DIFFERS: failure(
    4,
    'other definitions than in the registry',
    'What the lock has of the server and what was approved are not the same.',
    'take it from there: `mcp-lock pin --from-registry NAME`; or have what is pinned published and approved',
  ),
  NOT_PORTABLE: failure(
    2,
    'what others cannot start',
    'A manifest names a package, an image or an address, which are the same for everybody.',
    'publish the server as a package, and pin it as that',
  ),
  OTHER_REGISTRY: failure(
    4,
    'a statement for another registry',
    'It is bound to the log of the registry that it was made for.',
    'sign it for this registry',
  ),
  MANIFEST_MISMATCH: failure(
    4,
    'a manifest of another name',
    'The statement and the manifest that its digest names do not agree about name, version or surface.',
    'publish the manifest under its own name',
  ),
  PUBLISHER_UNKNOWN: failure(
    4,
    'a publisher without a right to the name',
    'Below `io.github.OWNER/` publish the workflows of that owner, elsewhere those whom the policy names.',
    'publish from the repository that the name belongs to, or have the signer added under `publishers`',
  ),
  REFUSED_BY_RULES: failure(
    4,
    'the registry does not let this signer',
    'Who may publish, approve and administer stands in `registry.yaml` of the registry. That mcp-lock.yaml names the same people only says whom this project believes.',
    'ask those who run the registry to name the signer in `registry.yaml`; nothing in this project changes it',
  ),
  ISSUER_UNTRUSTED: failure(
    4,
    'claims by another issuer',
    'What a certificate says of repositories counts only from the issuer that the policy names.',
    'publish from the platform that the policy names',
  ),
  OWNER_CHANGED: failure(
    4,
    'a name that belongs to another repository',
    'The name is bound to the ids of owner and repository that published it first; a renamed account has others.',
    'an admin can transfer the name',
  ),
  NAME_TAKEN: failure(4, 'a name that differs in case only', 'Names are unique without case.', 'use the name as it is registered'),
  VERSION_TAKEN: failure(
    4,
    'another manifest under this version',
    'What is published under a name and version never changes.',
    'publish it under a new version',
  ),
  REVOKED: failure(
    4,
    'revoked',
    'Somebody entitled to it has revoked the manifest, and that is final.',
    'move to another version; `mcp-lock registry show NAME` lists them',
  ),
  SIGNER_REVOKED: failure(4, 'a revoked signer', 'Nothing that the signer says from then on is accepted.', 'sign with another identity'),
  SEEN_UNKNOWN: failure(
    4,
    'signed over a head that the log never had',
    'A control statement names the head of the log that its signer saw.',
    'sign it again over the present head',
  ),
  APPROVER_UNKNOWN: failure(
    4,
    'an approval by nobody who may',
    'Approvals count from the people whom the policy names.',
    'have it approved by one of them',
  ),
  APPROVER_IS_PUBLISHER: failure(
    4,
    'the publisher approves itself',
    'An approval is by somebody else than who published.',
    'have it approved by somebody else',
  ),
  APPROVED_ALREADY: failure(4, 'one person twice', 'People are counted, not keys.', 'have it approved by somebody else'),
  NOT_APPROVED: failure(
    4,
    'nothing to withdraw',
    'Everybody withdraws an approval of their own.',
    'see who approved with `mcp-lock registry show NAME@VERSION`',
  ),
  APPROVAL_EXPIRED: failure(4, 'an expired approval', 'It was given for a time only.', 'have it approved again'),
  CONTROL_REPLAYED: failure(
    4,
    'an old statement played again',
    'It was signed before the contrary happened, or before the same was done again.',
    'if it is still wanted, sign it again over the present head',
  ),
  TARGET_UNKNOWN: failure(
    4,
    'about something that is not there',
    'The registry has no such server, version or manifest.',
    'see what it has with `mcp-lock registry search`',
  ),
  ADMIN_REQUIRED: failure(
    4,
    'only admins may',
    'Pause, resume, transfer, and whatever is about signers or about everything, is for admins.',
    'have it signed by an admin of the registry',
  ),
  SUBMISSION_INVALID: failure(
    2,
    'a malformed submission',
    'The registry takes a bundle, and with a manifest statement the manifest itself, in one JSON object.',
    'use `mcp-lock publish`',
  ),
  NOT_LISTABLE: failure(
    4,
    'what no registry can list',
    'A manifest names a package, an image or an address. A program that only this repository can start is none.',
    '`registry: off` for the server in mcp-lock.yaml lets it off; or have it published as a package, and pin it as that',
  ),
  NOT_LISTED: failure(
    4,
    'not in the registry',
    'The registry has no such server, version or object.',
    'see what it has with `mcp-lock registry search`, of one name with `mcp-lock registry show NAME`; to have it listed, `mcp-lock publish`',
  ),
  DATABASE_NEWER: failure(
    2,
    'a database of a newer version',
    'A newer mcp-lock has migrated the database of the registry; an older one could damage it.',
    'run the newer version, or restore the backup from before',
  ),
} satisfies Record<string, Meaning>
