/** Codex: texts stand for themselves; what comes from the environment is named in members of its own. */
import { everywhere, type Client } from './client.ts'
import { PROGRAM, readTemplates, type Dialect } from './dialect.ts'
import type { Templates } from './entry.ts'
import { LITERAL } from './notations.ts'
import type { Place } from '../documents/place.ts'

const variable = (place: Place): string => `\${env:${variableName(place)}}`

function variableName(place: Place): string {
  const name = place.text()
  if (!/^[A-Za-z_]\w*$/.test(name)) throw place.invalid('expected the name of a variable')
  return name
}

/** Names of variables that the server gets as the user has them: texts, or tables with a `name`. */
function passedOn(entry: Place): Templates {
  if (!entry.has('env_vars')) return {}
  const places = entry
    .at('env_vars')
    .items()
    .map((item) => (item.has('name') ? item.at('name') : item))
  return Object.fromEntries(places.map((place) => [variableName(place), variable(place)]))
}

const dialect: Dialect = {
  root: ['mcp_servers'],
  program: [PROGRAM],
  urls: { url: 'streamable-http' },
  headers: 'http_headers',
  type: { member: 'type', values: {} },
  notation: LITERAL,
  passesOn: 'env_vars = ["NAME"]',
  disabled: ['enabled', false],
  fromEnvironment: (entry) => ({
    env: passedOn(entry),
    headers: {
      ...(entry.has('env_http_headers') ? readTemplates(entry.at('env_http_headers'), variable) : {}),
      ...(entry.has('bearer_token_env_var') ? { authorization: `Bearer ${variable(entry.at('bearer_token_env_var'))}` } : {}),
    },
  }),
}

export const codex: Client = {
  name: 'Codex',
  files: [
    { dialect, project: '.codex/config.toml' },
    { dialect, user: everywhere('${env:CODEX_HOME:-~/.codex}/config.toml') },
  ],
  certainty: { files: 'certain', variables: 'certain' },
}
