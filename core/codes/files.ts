/** Our own files, and what was typed. */
import { failure, type Meaning } from './meaning.ts'

const RESTORE = 'run `git checkout mcp.lock`; or delete mcp.lock and run `mcp-lock pin`, which reviews everything anew'

export const files = {
  LOCK_NOT_FOUND: failure(2, 'no lock', 'There is no mcp.lock in this folder or above it.', 'run `mcp-lock pin` and commit mcp.lock'),
  LOCK_INVALID: failure(2, 'the lock is malformed', 'The file has not the form of a lock.', RESTORE),
  LOCK_NOT_CANONICAL: failure(
    2,
    'the lock was edited by hand',
    'It is not byte for byte what the writer writes, so something may hide in it.',
    RESTORE,
  ),
  LOCK_CRLF: failure(
    2,
    'CRLF line ends in the lock',
    'Git or an editor changed the line ends.',
    'run `mcp-lock init`, which writes `mcp.lock -text` into .gitattributes, and check the file out again',
  ),
  LOCK_MERGE_MARKERS: failure(
    2,
    'a conflicted lock',
    'The file still has the markers of a merge.',
    'run `mcp-lock merge --resolve`; if it cannot tell the sides apart, take one with `git checkout --ours mcp.lock` or `--theirs`, then run `mcp-lock pin`',
  ),
  LOCK_TOO_NEW: failure(
    2,
    'a lock of a newer version',
    'A newer mcp-lock wrote the file.',
    'upgrade: `npm install --save-dev mcp-lock@latest`',
  ),
  LOCK_INCONSISTENT: failure(
    2,
    'a digest that does not match',
    'A definition in the lock was changed without its digest, or the other way round.',
    RESTORE,
  ),
  LOCK_BUSY: failure(
    3,
    'the lock is being written',
    'Another mcp-lock holds the lock file for longer than a minute.',
    'wait for it to end; if none is running, delete the folder that the message names',
  ),
  CHANGED_MEANWHILE: failure(
    3,
    'a file that changed meanwhile',
    'Somebody else wrote it after it was read, so that what was shown and asked is not what stands there now.',
    'look at the change, and run the command again',
  ),
  FILE_REFUSED: failure(
    2,
    'a file that is not written',
    'It is a symbolic link or no regular file, or the system refuses.',
    'make it a regular file, in a folder that you may write in',
  ),
  FILE_UNREADABLE: failure(2, 'a file cannot be read', 'The operating system refused.', 'check that the file exists and may be read'),
  CONFIG_NOT_FOUND: failure(
    2,
    'no servers',
    'No client config with servers was found.',
    'run it in the folder of .mcp.json, name a file with `--config FILE`, or pin one server with `mcp-lock pin NAME -- command args`',
  ),
  CONFIG_INVALID: failure(
    2,
    'a client config is malformed',
    'The file cannot be read as its client would read it.',
    'correct the file at the place shown',
  ),
  POLICY_INVALID: failure(
    2,
    'the policy is malformed',
    'mcp-lock.yaml is not YAML, or has a member that is not known.',
    'correct the file at the place shown; its schema is schemas/mcp-lock.schema.json',
  ),
  REVISION_UNKNOWN: failure(
    2,
    'no such revision',
    'Git has no such revision here, or the name stands for more than one.',
    'fetch the revision as the message says, or name another',
  ),
  SERVER_UNKNOWN: failure(
    2,
    'no such server',
    'The name is neither in the lock nor in a client config.',
    'what is pinned: `mcp-lock show`; what is not stands in the client configs',
  ),
  NOT_PINNED: failure(
    2,
    'a server that has no pin yet',
    'Only what is pinned can move to another version.',
    'review it, then run `mcp-lock pin`',
  ),
  DOWNGRADE_REFUSED: failure(
    1,
    'an older version than the pinned one',
    'A range or tag that leads back may be a mistake, or somebody else taking a release away.',
    'to go back, name the exact version: `mcp-lock update SERVER@VERSION`',
  ),
  NOTHING_TO_UPDATE: failure(
    2,
    'no versions to choose from',
    'Only what comes from a package registry has versions. A file of the repository or an address changes by itself.',
    'to take what changed there, run `mcp-lock pin`, which shows it first',
  ),
  SECRET_LITERAL: failure(
    1,
    'a secret in a launch',
    'A launch is written to the lock, so a credential in it would be published.',
    'move the value into a variable, in the form that the message shows; or keep it where it is, unpinned, with `mcp-lock pin --allow-redacted`',
  ),
  CODE_UNKNOWN: failure(2, 'no such code', 'The word is not a code of this version.', 'list them with `mcp-lock explain`'),
  USAGE: failure(2, 'wrong usage', 'The command line is not one that mcp-lock understands.', 'see `mcp-lock --help`'),
  NO_TERMINAL: failure(
    2,
    'nobody to ask',
    'The command asks before it starts a program or writes, and there is no terminal.',
    'read what would happen, then run it again with `--yes`',
  ),
  DECLINED: failure(1, 'declined', 'You answered no; nothing was written.', 'run the command again when you have decided'),
  INTERRUPTED: failure(
    130,
    'interrupted',
    'The command was stopped before it had ended; nothing half written is left.',
    'run the command again',
  ),
} satisfies Record<string, Meaning>
