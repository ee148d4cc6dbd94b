/** Variables that choose which code runs or which endpoint is asked: their values are part of the launch (docs/format.md §5.2). */
import { refuseSecretVariable } from './secret.ts'

const NAMES = /^(?:NODE_OPTIONS|NODE_EXTRA_CA_CERTS|PATH|(?:LD_|DYLD_|PYTHON|npm_config_).*|.*(?:_PROXY|_URL))$/is

/** Case does not count: npm and Windows see none, and programs take `http_proxy` for `HTTP_PROXY`. */
export function isChoosing(name: string): boolean {
  return NAMES.test(name)
}

/**
 * Of templates by name, those of variables that choose. One that is just a variable of the user's own
 * environment is none: the config chooses nothing there.
 * @throws LockError `SECRET_LITERAL`
 */
export function choosingValues(templates: { readonly [name: string]: string }): { readonly [name: string]: string } {
  const chosen = Object.entries(templates).filter(([name, text]) => isChoosing(name) && !/^\$\{env:(?:(?!:-)[^}])*\}$/.test(text))
  for (const [name, text] of chosen) refuseSecretVariable(name, text)
  return Object.fromEntries(chosen)
}
