/** The config against the lock. */
import { REVIEW, change, type Meaning } from './meaning.ts'

export const launches = {
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
  LAUNCH_SHADOWED: change(
    'high',
    'the project takes the place of the package',
    'A package runner looks into the project first, and finds there a program by the very word of the launch, or a setting that chooses what is started. mcp-lock does not start it, but a client does.',
    'take it away; or start mcp-lock as an installed program: `mcp-lock wrap --command mcp-lock`',
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
} satisfies Record<string, Meaning>
