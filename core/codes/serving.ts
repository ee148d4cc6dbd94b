/** Running a registry. */
import { failure, type Meaning } from './meaning.ts'

export const serving = {
  REQUEST_INVALID: failure(
    2,
    'a malformed request',
    'A part of the address that was asked for has not the form that the registry takes there.',
    'compare the request with `/openapi.json`',
  ),
  REGISTRY_BUSY: failure(
    3,
    'the registry is busy',
    'More is waiting to be verified or written than it takes at a time, or its database does not answer.',
    'wait and send it again, as `Retry-After` says; what was written after all is not written twice',
  ),
  REGISTRY_CONFIG_INVALID: failure(
    2,
    'a malformed configuration of a registry',
    'The file that says how a registry is served has not the form that it must have.',
    'correct it at the line that the message names; docs/REGISTRY.md has every member',
  ),
  REGISTRY_CONFIG_MISSING: failure(
    2,
    'no configuration of a registry',
    'There is no file that says how the registry is served.',
    '`mcp-lock-registry init` writes one; where there is one elsewhere, name it by `--config FILE`',
  ),
  FILE_PRESENT: failure(
    2,
    'a file that is there already',
    'Keys, configurations and databases are never overwritten.',
    'move it away, or name another',
  ),
  DATABASE_MISSING: failure(
    2,
    'no database of a registry',
    'The configuration names a database that is not there, or is empty. A new one would be an empty log, which every client refuses that has seen more.',
    'correct `store` in registry.yaml, or restore a backup; where there never was one, `mcp-lock-registry init` makes it',
  ),
  DATABASE_OTHER: failure(
    2,
    'a database of another log',
    'It was first used with another `log.origin` or `log.key`. Its records under another name or key are another log, which clients refuse.',
    'put back the origin and the key of before; for another log, name another database in `store`: docs/REGISTRY.md, "Keys"',
  ),
  DATABASE_UNUSABLE: failure(
    2,
    'a database that cannot be opened',
    'What `store` names cannot be found or reached, or is no database, or refuses.',
    'correct `store` in registry.yaml, or make what the message names: the folder, the database, the permission',
  ),
  DATABASE_SERVED: failure(
    3,
    'a database that is served',
    'A registry that runs goes on with the database that it opened, wherever that was moved; what it accepts then is not in the restored one.',
    'stop every server of the database, then restore it',
  ),
  LISTEN_FAILED: failure(
    2,
    'nothing can listen there',
    'The system does not give the registry the address that `listen` names.',
    'stop what listens there, or correct `listen` in registry.yaml',
  ),
  LOG_BROKEN: failure(
    4,
    'a log that is not what its records say',
    'A tile, a root, a decision or the status is another one than the records of the registry amount to.',
    'stop the registry, keep its database, and compare it with a backup; docs/REGISTRY.md says how to go on',
  ),
} satisfies Record<string, Meaning>
