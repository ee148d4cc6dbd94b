/**
 * Every code, once: failures, changes, findings and coverage, with exit status and words.
 * `mcp-lock explain CODE` and docs/ERRORS.md are printed from here. Codes are under SemVer.
 */
export type Severity = 'high' | 'medium' | 'low'

/** `pending` awaits a decision: it passes, and fails under `--strict`. */
type Kind = 'failure' | 'change' | 'pending' | 'finding' | 'coverage'

type Meaning = {
  readonly kind: Kind
  /** The exit status that it alone gives. */
  readonly exit: 0 | 1 | 2 | 3 | 4 | 130
  /** Sorts the report; never changes the exit status. */
  readonly severity: Severity
  readonly title: string
  readonly why: string
  readonly next: string
}

const failure = (exit: Meaning['exit'], title: string, why: string, next: string): Meaning => ({
  kind: 'failure',
  exit,
  severity: 'high',
  title,
  why,
  next,
})
const change = (severity: Severity, title: string, why: string, next: string): Meaning => ({
  kind: 'change',
  exit: 1,
  severity,
  title,
  why,
  next,
})
const pending = (title: string, why: string, next: string): Meaning => ({ kind: 'pending', exit: 0, severity: 'high', title, why, next })
const coverage = (title: string, why: string, next: string): Meaning => ({ kind: 'coverage', exit: 0, severity: 'low', title, why, next })

const REVIEW = 'to reject it, keep the old version and tell the author; to accept it, run `mcp-lock pin` and commit the lock'
const HOSTILE = 'a server that answers like this cannot be compared; report it to its author, and do not use it until it is mended'
const RESTORE = 'run `git checkout mcp.lock`; or delete mcp.lock and run `mcp-lock pin`, which reviews everything anew'
const AGAIN = 'check the network and run the command again'

const table = {
  // A server's answers
  JSON_INVALID: failure(1, 'malformed JSON', 'The text is not JSON as RFC 8259 defines it.', HOSTILE),
  JSON_DUPLICATE_KEY: failure(1, 'a key stands twice', 'Two parsers may read two different definitions out of the same bytes.', HOSTILE),
  JSON_PROTO_KEY: failure(
    1,
    'a `__proto__` key',
    'Such a key is read differently by different programs, and pollutes prototypes in some.',
    HOSTILE,
  ),
  JSON_LONE_SURROGATE: failure(
    1,
    'a lone surrogate',
    'The text cannot be written as UTF-8, so no two programs agree on its bytes.',
    HOSTILE,
  ),
  JSON_TOO_DEEP: failure(1, 'nested too deep', 'Definitions are read to a depth of 64.', HOSTILE),
  JSON_NOT_UTF8: failure(1, 'not UTF-8', 'MCP messages are UTF-8.', HOSTILE),
  ANSWER_MALFORMED: failure(1, 'a malformed answer', 'The answer has not the shape that the protocol asks for.', HOSTILE),
  ANSWER_TOO_LARGE: failure(
    1,
    'an answer over the limit',
    'Messages, pages, items and bytes are bounded.',
    'if the server is honest, raise the limit under `servers.NAME.limits` in mcp-lock.yaml',
  ),
  DUPLICATE_NAME: failure(1, 'a name stands twice', 'Clients differ in which of two definitions with one name they use.', HOSTILE),
  PAGES_ENDLESS: failure(1, 'pages without end', 'The server gave a cursor it had given before, or more pages than the limit.', HOSTILE),
  SURFACE_RESTLESS: failure(1, 'lists that do not settle', 'After ten listings the server still said that its lists had changed.', HOSTILE),
  SURFACE_UNSTABLE: failure(
    1,
    'different answers to the same question',
    'Two sessions got different definitions, so no digest can hold.',
    'if the value is honest, like a time or a time zone, declare it volatile with the lines shown; otherwise do not use the server',
  ),
  VOLATILE_MISMATCH: failure(
    1,
    'a volatile rule that does not fit',
    'The policy declares a value volatile that is not there, or is not of the declared type.',
    'correct the rule under `servers.NAME.volatile` in mcp-lock.yaml',
  ),

  // Reaching a server
  SERVER_TIMEOUT: failure(
    3,
    'no answer in time',
    'The server did not answer within the time limit.',
    'run it by hand to see what it waits for, or give it longer with `--timeout SECONDS`',
  ),
  SURFACE_CONTAINS_SECRET: failure(
    1,
    'the server repeats a secret',
    'What it declares holds the value of a variable or header, which the lock would publish.',
    'mend the server, or start it without that value',
  ),
  CHECK_FAILED: failure(
    3,
    'the check itself failed',
    'Something that was not foreseen happened while this server was looked at; the others were not touched by it.',
    'report it with the message shown',
  ),
  SERVER_EXITED: failure(
    3,
    'the server ended',
    'The program ended before it had answered.',
    'run the program by hand; a missing variable or argument is the usual reason',
  ),
  SERVER_START_FAILED: failure(
    3,
    'the program did not start',
    'The operating system could not start it.',
    'install the program, or correct `command` in the client config',
  ),
  SERVER_REFUSED: failure(
    3,
    'the server refused the session',
    'It answered the first request with an error.',
    'run it by hand; it may lack a credential or speak another protocol revision',
  ),
  SERVER_UNREACHABLE: failure(
    3,
    'the server cannot be reached',
    'The connection failed, or the HTTP status was not one of success.',
    AGAIN,
  ),
  HOST_NOT_FOUND: failure(
    3,
    'no such host',
    'The name of the host has no address in the DNS, or the DNS did not answer.',
    'check the name; where only a proxy reaches the network, set HTTPS_PROXY',
  ),
  CONNECTION_REFUSED: failure(
    3,
    'the connection was refused',
    'The host is there, and nothing listens at that port.',
    'start the server, or correct the port',
  ),
  PROXY_FAILED: failure(
    3,
    'the proxy failed',
    'HTTPS_PROXY or HTTP_PROXY names a proxy that cannot be reached or does not let this through.',
    'correct HTTPS_PROXY and HTTP_PROXY, or except the host by NO_PROXY',
  ),
  TLS_UNTRUSTED: failure(
    3,
    'the certificate is not trusted',
    'It is by an unknown authority, has expired, or is for another host; somebody may stand between.',
    'where a proxy or server of your own has its own authority, name that in a file by NODE_EXTRA_CA_CERTS; otherwise do not go on',
  ),
  RATE_LIMITED: failure(
    3,
    'too many requests',
    'It answered 429, and asks to wait for longer than it may take here.',
    'wait and run the command again, ask fewer servers at once with `--concurrency`, or give it longer with `--timeout SECONDS`',
  ),
  AUTH_REQUIRED: failure(
    3,
    'the server asks for authorization',
    'It answered 401 or 403.',
    'put the header it needs, with its value as a variable, into the client config; or give it by `--header authorization=ENV:VARIABLE`, or pin without by `--source-only`',
  ),
  REDIRECT_REFUSED: failure(
    1,
    'a redirect to another origin',
    'A remote source is its exact origin; following would pin somebody else.',
    'put the final URL into the client config if you trust it',
  ),
  VARIABLE_UNSET: failure(
    3,
    'a variable without a value',
    'The launch names a variable that is not set here, so the server cannot be started as the client would.',
    'set the variable; for `${input:ID}` name one with `--input ID=VARIABLE`. To pin without it: `--placeholder NAME`, or `--source-only`',
  ),

  LIVE_REQUIRED: failure(
    3,
    'a server that was not asked',
    'With `--require-live` the definitions of every server must be compared, and those of this one were not.',
    'set its variables, change `live` in mcp-lock.yaml, or pin its definitions with `mcp-lock pin`',
  ),

  // Packages
  INSTALL_TIMEOUT: failure(
    3,
    'a download that takes too long',
    'The package and its closure were not downloaded within the time limit.',
    'run the command again, for what was downloaded is kept; or give it longer with `--install-timeout SECONDS`',
  ),
  REGISTRY_AUTH: failure(
    3,
    'the package registry asks for authorization',
    'It answered 401 or 403.',
    'log in (`npm login`, `docker login`, `uv auth login`), or name the token of the registry in your own configuration; of Docker, only what config.json holds itself is used',
  ),
  TOOL_MISSING: failure(
    3,
    'a program of this machine is missing',
    'The package manager or container engine that the launch needs cannot be started here.',
    'install it, or put it into PATH; for Python packages that is uv: https://docs.astral.sh/uv/getting-started/installation/',
  ),
  PLATFORM_UNPINNED: failure(
    3,
    'this platform is not pinned',
    'The lock has what runs on other systems, and nothing that is known to run on this one.',
    'run `mcp-lock pin --platform-only` here, and commit what it adds; Python packages are pinned for every platform where uv is installed',
  ),
  REGISTRY_UNREACHABLE: failure(
    3,
    'the package registry cannot be reached',
    'What the launch names could not be looked up or downloaded.',
    AGAIN,
  ),
  PACKAGE_NOT_FOUND: failure(
    3,
    'no such package or version',
    'The registry does not have what the launch names.',
    'correct the name or version in the client config',
  ),
  INTEGRITY_MISMATCH: failure(
    1,
    'other bytes than the integrity says',
    'The registry served a package whose bytes are not those that its integrity names, so it was not started.',
    'do not use that registry or mirror until its owner has explained the difference; a broken download shows itself by succeeding the next time',
  ),
  STORE_ALTERED: failure(
    1,
    'an altered copy in the store',
    'Files of a package in your cache folder are not those that were installed, so it was not started.',
    'find out what changed them; then delete the folder named, and the package is installed again from its closure',
  ),
  PACKAGE_UNUSABLE: failure(
    1,
    'a package that cannot be pinned',
    'A part of its closure has no integrity, or it has no program to start.',
    'ask its author for a release on the registry, or start the program by its path',
  ),
  RELEASE_TOO_NEW: failure(
    1,
    'a release that is too new',
    'A compromised release is mostly found within days, so `minimumReleaseAge` of mcp-lock.yaml, or `min-release-age` or `before` of npm, asks to wait.',
    'wait until the time shown, or name an older version; what is pinned stays as it is',
  ),
  RELEASE_UNDATED: failure(
    3,
    'a release without a date',
    'The policy asks for a minimum release age, and the registry does not say when the release was published.',
    'use a registry that gives the times, or take `minimumReleaseAge` out of mcp-lock.yaml',
  ),
  CLOSURE_ALTERED: failure(
    1,
    'an altered closure',
    'The files beside the lock are not those that the lock was made with.',
    'restore mcp.lock.d from version control, or pin the server again',
  ),

  // Files of ours
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
  FILE_REFUSED: failure(2, 'a file that is not written', 'It is a symbolic link or no regular file.', 'replace it by a regular file'),
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
    'list the names with `mcp-lock show`',
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

  // The config against the lock
  SERVER_UNPINNED: change(
    'high',
    'a server without a pin',
    'A client config names a server that the lock does not have.',
    'review it, then run `mcp-lock pin`',
  ),
  PIN_UNUSED: change(
    'low',
    'a pin without a server',
    'The lock has a server that no client config names.',
    'put the server back into the config, or drop the pin with `mcp-lock rm NAME`, all such pins with `mcp-lock pin --prune`',
  ),
  PIN_ADDED: change(
    'high',
    'a new server',
    'The lock has a server that it did not have before; all that it declares is new.',
    'review what it starts and what it declares',
  ),
  PIN_REMOVED: change(
    'medium',
    'a server was removed',
    'The lock no longer has a server that it had before.',
    'check that nothing uses it any more',
  ),
  LAUNCH_CHANGED: change(
    'high',
    'another launch',
    'The client config starts something else than what was pinned; it was not started.',
    REVIEW,
  ),
  LAUNCH_CONFLICT: change(
    'high',
    'two launches under one name',
    'Two client configs start different programs under the same name.',
    'make them the same, or give one of them another name',
  ),
  LOCAL_COPY_CHANGED: change(
    'high',
    'a changed copy in the project',
    'The node_modules of the project hold this version of the package with other bytes. mcp-lock did not start it, but a client that starts the server through npx does.',
    'find out what changed it and install it anew, or put the server behind `mcp-lock wrap`',
  ),
  LAUNCH_FLOATING: change(
    'medium',
    'a launch that floats',
    'The config names no exact version, so a client may start another than the pinned one.',
    'run `mcp-lock pin --write-config`, or accept it with `floating: allow` in mcp-lock.yaml',
  ),
  LAUNCH_UNREADABLE: change(
    'medium',
    'a package runner whose options are not understood',
    'Which package it starts, or from where, is not certain, so the code cannot be pinned.',
    'name a package of the registry and no other option than `-y`, `-q` or `-p`: `npx -y NAME@VERSION`; or start the program by its path',
  ),
  LAUNCH_SHELL: {
    ...change(
      'medium',
      'a launch through a shell',
      'What a shell command starts cannot be pinned.',
      'name the program itself as `command`',
    ),
    kind: 'finding',
    exit: 0,
  },
  LAUNCH_NOT_PORTABLE: {
    ...change(
      'low',
      'a path outside the repository',
      'The launch names a path that only some machines have.',
      'use a path in the repository, or a variable',
    ),
    kind: 'finding',
    exit: 0,
  },
  CLIENTS_DIFFER: {
    ...change(
      'low',
      'clients read the same words differently',
      'Clients that share the config do not expand the same variables, so one of them starts something else than what is pinned.',
      'write the words without variables, or give each client a config of its own',
    ),
    kind: 'finding',
    exit: 0,
  },
  BRIDGE_UNPINNED: {
    ...change(
      'low',
      'a client that reaches the address through a program',
      'The address is pinned and asked; the program between, such as `mcp-remote`, is neither pinned nor started here.',
      'name the address itself by `url`, if the client knows addresses',
    ),
    kind: 'finding',
    exit: 0,
  },
  FILE_CHANGED: change(
    'high',
    'a pinned file changed',
    'A file that the launch names is not the one that was pinned; it was not started.',
    REVIEW,
  ),
  TRANSPORT_CHANGED: change('high', 'another transport', 'The server is reached in another way than the pinned one.', REVIEW),
  PACKAGE_CHANGED: change('high', 'another package', 'The package, its version, integrity or closure is not the pinned one.', REVIEW),
  VOLATILE_CHANGED: change(
    'high',
    'the volatile rules differ',
    'The policy declares other values volatile than the lock was made with.',
    'run `mcp-lock pin` to apply the policy, or restore it',
  ),

  // The change against its trust base
  SERVER_NEW: pending(
    'a launch that the base does not have',
    'The checked change brings it along, so nobody has approved it yet: it was not started, nothing of it installed, no address asked.',
    'review what it starts with `mcp-lock diff`; it is started once the base has it, or now with `--run-changed`',
  ),
  POLICY_CHANGED: pending(
    'the policy differs from the one that applies',
    'A change cannot relax the policy that it is checked by: the policy of the base, or of `--policy`, applies.',
    'review the change of mcp-lock.yaml; it counts once the base has it',
  ),

  // The surface against the pin
  DEFINITION_CHANGED: change('high', 'a definition changed', 'A tool, prompt, resource or template is not what was reviewed.', REVIEW),
  DEFINITION_ADDED: change('high', 'a definition was added', 'The model would be offered something that nobody reviewed.', REVIEW),
  DEFINITION_REMOVED: change('medium', 'a definition is gone', 'Something that was pinned is no longer offered.', REVIEW),
  CONDITIONAL_CHANGED: change('low', 'offered to other clients than before', 'Which client profiles get the definition changed.', REVIEW),
  LIST_CHANGED: change(
    'high',
    'a list appeared, went or failed',
    'A whole kind of definitions is now declared, absent or answered with an error.',
    REVIEW,
  ),
  INSTRUCTIONS_CHANGED: change('high', 'the instructions changed', "They are put into the model's context.", REVIEW),
  CAPABILITIES_CHANGED: change('high', 'the capabilities changed', 'The server declares other abilities, which clients act on.', REVIEW),
  SERVER_INFO_CHANGED: change(
    'medium',
    "the server's description of itself changed",
    'Name, version, title or icons are not those that were pinned.',
    REVIEW,
  ),
  EXTRA_CHANGED: change(
    'medium',
    'an unknown part of an answer changed',
    'Members that the protocol does not know are pinned too, for a client may use them.',
    REVIEW,
  ),
  UI_CHANGED: change('high', 'a user interface changed', 'The page that a tool shows in the host is not the one that was pinned.', REVIEW),
  SURFACE_UNPINNED: change(
    'high',
    'the definitions are no longer pinned',
    'Only the source is pinned from here on, so nothing that the server declares is compared any more.',
    'to keep them, run `mcp-lock pin` with the credentials that the server needs',
  ),
  SKILL_CHANGED: change('high', 'a skill changed', 'A skill is text that the model follows.', REVIEW),

  // What a check did not look at
  NO_BASE: coverage(
    'policy and launches were approved by no trust base',
    'Lock, policy and configs may all come from one change, which then approves itself.',
    'mcp-lock verify --base REF, with the branch that the change goes to',
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
  RESOURCES_OFF: coverage(
    'resources were not listed',
    'The policy turns them off, or to templates only.',
    'set `resources: pin` in mcp-lock.yaml',
  ),
} satisfies Record<string, Meaning>

export type Code = keyof typeof table
export const CODES: { readonly [code in Code]: Meaning } = table
export const CODE_NAMES = Object.keys(table) as Code[]

export function isCode(word: string): word is Code {
  return Object.hasOwn(CODES, word)
}
