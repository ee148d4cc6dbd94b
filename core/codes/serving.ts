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
  LOG_BROKEN: failure(
    4,
    'a log that is not what its records say',
    'A tile, a root, a decision or the status is another one than the records of the registry amount to.',
    'stop the registry, keep its database, and compare it with a backup; docs/REGISTRY.md says how to go on',
  ),
} satisfies Record<string, Meaning>
