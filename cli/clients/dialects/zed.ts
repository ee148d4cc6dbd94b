/** Zed: older versions had the words one level deeper. A server of an extension has `settings` and no words. */
import type { Client, UserPath } from './client.ts'
import { PROGRAM, type Dialect } from './dialect.ts'
import { STANDARD } from './standard.ts'

const dialect: Dialect = {
  ...STANDARD,
  root: ['context_servers'],
  program: [PROGRAM, { command: 'command/path', args: 'command/args', env: 'command/env' }],
  urls: { url: 'streamable-http' },
  type: { member: 'source', values: { custom: 'any', extension: 'built-in' } },
  builtIn: 'settings',
  disabled: ['enabled', false],
}

const settings: UserPath = {
  linux: '${env:XDG_CONFIG_HOME:-~/.config}/zed/settings.json',
  darwin: '~/.config/zed/settings.json',
  win32: '${env:APPDATA:-~/AppData/Roaming}/Zed/settings.json',
}

export const zed: Client = {
  name: 'Zed',
  files: [
    { dialect, project: '.zed/settings.json' },
    { dialect, user: settings },
  ],
  certainty: { files: 'certain', variables: 'assumed' },
}
