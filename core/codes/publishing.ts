/** Publishing to a registry. */
import { failure, type Meaning } from './meaning.ts'

export const publishing = {
  SERVER_JSON_INVALID: failure(
    2,
    'a malformed server.json',
    'It describes a server as the MCP registry has it: a name, a version, packages or remotes.',
    'compare it with the schema that its `$schema` names; `publish NAME -- command args` needs none',
  ),
} satisfies Record<string, Meaning>
