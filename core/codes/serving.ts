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
} satisfies Record<string, Meaning>
