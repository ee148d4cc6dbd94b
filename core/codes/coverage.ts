/** What a check did not look at. */
import { coverage, type Meaning } from './meaning.ts'

export const coverages = {
  NO_BASE: coverage(
    'policy and launches were approved by no trust base, and an older lock that comes back with its signature is not noticed',
    'Lock, policy, signature and configs may all come from one change, which then approves itself, or from history, all as old as each other.',
    'mcp-lock verify --base REF, with the branch that the change goes to',
  ),
  BASE_CHECKED_OUT: coverage(
    'the base is the commit that is checked out, so that only what is not committed was compared with it',
    'A fork may have a branch with the name of the one that its change goes to; and on that branch itself there is no change to check.',
    'for a change, name the branch that it goes to as its own remote has it: mcp-lock verify --base origin/BRANCH',
  ),
  CHANGED_CODE: coverage(
    'a server was not started, for the change touches what it may load',
    'Its launch is that of the base, but files of the repository are part of its program or named by it, and the base has others.',
    'mcp-lock verify --base REF --run-changed, where running the changed code does no harm',
  ),
  OFFLINE: coverage('the server was not asked', 'With `--offline` only files are compared.', 'mcp-lock verify'),
  LIVE_NEVER: coverage(
    'the definitions were not compared: the policy does not let `verify` start the server',
    'With `live: never` in mcp-lock.yaml its config, files and package are compared, and the server is not asked.',
    'write `live: always` into mcp-lock.yaml, or compare by hand with `mcp-lock pin`',
  ),
  CREDENTIAL_MISSING: coverage(
    'the definitions were not compared: a variable has no value here',
    'With `live: with-credentials` in mcp-lock.yaml a server whose variables are not set is passed over.',
    'run `mcp-lock verify --require-live` where the variable is set',
  ),
  SOURCE_ONLY: coverage(
    'the definitions are not pinned',
    'The server was pinned with `--source-only`: its launch, files and package are compared, and nothing that it tells the model.',
    'run `mcp-lock pin` where it can be asked: with its variables set, or with `--header NAME=ENV:VARIABLE`',
  ),
  PLACEHOLDER_USED: coverage(
    'the server was asked with a placeholder in place of a variable',
    'It was pinned so too. What it declares to a real account may differ from what was compared.',
    'run `mcp-lock pin` and `mcp-lock verify` where the variable is set',
  ),
  SUBSET_ABSENT: coverage(
    'pinned definitions are absent',
    'With `match: subset` in mcp-lock.yaml an account may be offered less than was pinned.',
    'run `mcp-lock verify` as an account that is offered everything',
  ),
  CREDENTIAL_UNPINNED: coverage(
    'a credential in the launch is not pinned',
    'The config has it in so many words; the lock has a marker in its place, which fits any other credential there.',
    'move it into a variable, and run `mcp-lock pin`',
  ),
  SOURCE_UNRESOLVED: coverage(
    'the code is not pinned',
    'The launch is of a kind that is not resolved to an exact artifact; only its words are pinned.',
    'start it as a package (`npx`, `uvx`), as a container image (`docker run`), or by a path in the repository',
  ),
  REMOTE_CODE: coverage("the remote's code is not pinned", 'Only the address and what it declares are.', 'mcp-lock verify, often'),
  IMPORTS_UNPINNED: coverage(
    'what the pinned files import is not pinned',
    'The hash covers the named file, not what it loads.',
    'publish the server as a package',
  ),
  ENV_UNPINNED: coverage(
    'the values of variables are not pinned',
    'Names are; values are secrets or differ per user.',
    "nothing to do: they are the user's own",
  ),
  OTHER_PLATFORMS: coverage(
    'other platforms are not pinned',
    'What is pinned runs on the named systems only; elsewhere the check ends with PLATFORM_UNPINNED.',
    'mcp-lock pin --platform-only, on each of the others; for Python packages, mcp-lock update where uv is installed',
  ),
  SCRIPTS_NOT_RUN: coverage(
    'install scripts were not run',
    'A package of the closure has one; it may need it to work.',
    'allow it with `servers.NAME.scripts: allow` in mcp-lock.yaml',
  ),
  CONDITIONAL_ABSENT: coverage(
    'definitions for other client profiles were not compared',
    'They are offered only to clients with other capabilities.',
    'mcp-lock pin, which asks as every profile',
  ),
  OTHER_ERA: coverage(
    'the other protocol era was not asked',
    'A server may speak two protocol revisions, and answer differently in each.',
    'nothing to do, unless your client speaks that era',
  ),
  SKILL_DYNAMIC: coverage('a skill with dynamic resources', 'The server says that its files are not fixed.', 'ask its author for digests'),
  REGISTRY_OFF: coverage(
    'the registry was not asked',
    'The policy has `registry: off` for the server.',
    'remove it from mcp-lock.yaml once the server is in the registry',
  ),
  REGISTRY_OFFLINE: coverage(
    'the registry was not asked',
    'With `--offline` approvals and revocations are not looked at.',
    'mcp-lock check',
  ),
  REGISTRY_LAST_ANSWER: coverage(
    'the registry was not reached, and its last good answer served',
    'With `unreachable: use-last` in mcp-lock.yaml it serves up to an age. What was revoked since is not known.',
    'mcp-lock check, where the registry can be reached',
  ),
  LOG_UNWITNESSED: coverage(
    'a view of the log that is shown to you alone would not be noticed',
    'The policy names no witnesses, so that the registry alone says what its log is.',
    'name `witnesses` of the registry in mcp-lock.yaml',
  ),
  DEPRECATED: coverage(
    'the version is deprecated',
    'Its publisher or an admin of the registry says that another should be used. It still may be.',
    'move to another version: `mcp-lock registry show NAME`',
  ),
  RESOURCES_OFF: coverage(
    'resources were not listed',
    'The policy turns them off, or to templates only.',
    'set `resources: pin` in mcp-lock.yaml',
  ),
} satisfies Record<string, Meaning>
