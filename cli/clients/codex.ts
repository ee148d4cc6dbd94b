/** Codex: `.codex/config.toml`. Texts stand for themselves; what comes from the environment is named in members of its own. */
import { literal } from '../../core/template.ts'
import { readAddress, readProgram, readTemplates, type Dialect, type Draft } from './dialect.ts'
import type { Templates } from './entry.ts'
import type { Place } from './place.ts'

const template = (place: Place): string => literal(place.text())
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

function headers(entry: Place): Templates {
  return {
    ...(entry.has('http_headers') ? readTemplates(entry.at('http_headers'), template) : {}),
    ...(entry.has('env_http_headers') ? readTemplates(entry.at('env_http_headers'), variable) : {}),
    ...(entry.has('bearer_token_env_var') ? { authorization: `Bearer ${variable(entry.at('bearer_token_env_var'))}` } : {}),
  }
}

function read(entry: Place): Draft {
  if (entry.has('command') && entry.has('url')) throw entry.invalid('expected either `command` or `url`, got both')
  if (entry.has('url')) {
    return { start: { ...readAddress(entry, entry.at('url'), template), headers: headers(entry) }, transport: 'streamable-http' }
  }
  const program = readProgram(entry, template, false)
  return { start: { ...program, env: { ...passedOn(entry), ...program.env } }, transport: 'stdio' }
}

export const codex: Dialect = {
  client: 'Codex',
  file: '.codex/config.toml',
  syntax: 'toml',
  root: 'mcp_servers',
  isDisabled: (entry) => entry.at('enabled').value === false,
  read,
}
