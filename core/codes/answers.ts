/** A server's answers. */
import { failure, type Meaning } from './meaning.ts'

const HOSTILE = 'a server that answers like this cannot be compared; report it to its author, and do not use it until it is mended'

export const answers = {
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
} satisfies Record<string, Meaning>
