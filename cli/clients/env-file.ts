/** Files of variables (`envFile` of Cursor and VS Code): `KEY=VALUE` lines, as dotenv reads them. */
const LINE = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:'([^']*)'|"((?:\\[^]|[^"\\])*)"|`([^`]*)`|([^#\r\n]*))/gm

/** The variables of a text; a later line wins. Comments and what is no assignment are passed over. */
export function parseEnvFile(text: string): { readonly [name: string]: string } {
  const variables = new Map<string, string>()
  for (const [, name = '', single, double, back, plain = ''] of text.replace(/^\ufeff/, '').matchAll(LINE)) {
    variables.set(name, single ?? back ?? double?.replaceAll('\\n', '\n').replaceAll('\\r', '\r') ?? plain.trim())
  }
  return Object.fromEntries(variables)
}
