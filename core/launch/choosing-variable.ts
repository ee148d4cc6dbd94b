/** Variables that choose which code runs or which endpoint is asked: their values are part of the launch (docs/format.md §5.2). */
import { refuseSecretVariable } from './secret.ts'

/** Whole names, with what each of them chooses. */
const WHOLE = [
  // Where programs are found, and what an interpreter loads before the program
  'PATH',
  'PATHEXT',
  'COMSPEC',
  'BASH_ENV',
  'ZDOTDIR',
  'NODE_OPTIONS',
  'NODE_PATH',
  'PERL5OPT',
  'PERL5LIB',
  'RUBYOPT',
  'RUBYLIB',
  'JAVA_TOOL_OPTIONS',
  '_JAVA_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JAVA_HOME',
  'CLASSPATH',
  'PHPRC',
  'PHP_INI_SCAN_DIR',
  'LUA_INIT',
  'LUA_PATH',
  'LUA_CPATH',
  'VIRTUAL_ENV',
  'OPENSSL_CONF',
  'OPENSSL_MODULES',
  'OPENSSL_ENGINES',
  'GCONV_PATH',
  'SHELLOPTS',
  'BASHOPTS',
  'PS4',
  'NODE_COMPILE_CACHE',
  'GIT_EDITOR',
  'GIT_PAGER',
  // Where stores, caches and settings of package managers are, our own store too
  'HOME',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  // Where code comes from
  'GOPROXY',
  'GOFLAGS',
  'GOROOT',
  'GOSUMDB',
  'GOTOOLCHAIN',
  // Programs that git starts
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_ASKPASS',
  'GIT_EXEC_PATH',
  'GIT_EXTERNAL_DIFF',
  'GIT_PROXY_COMMAND',
  'GIT_TEMPLATE_DIR',
  // Who is believed to be the endpoint
  'NODE_EXTRA_CA_CERTS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'KUBECONFIG',
  'CONTAINER_HOST',
  'CONTAINER_CONNECTION',
]
/** Beginnings: the loaders of the systems, and package managers and runtimes that are configured by variables. */
const BEGINNINGS = [
  'LD_',
  'DYLD_',
  'PYTHON',
  'npm_config_',
  'XDG_',
  'BASH_FUNC_',
  'YARN_',
  'PNPM_',
  'COREPACK_',
  'BUN_',
  'DENO_',
  'UV_',
  'PIP_',
  'PIPX_',
  'CONDA_',
  'GEM_',
  'BUNDLE_',
  'CARGO_',
  'RUSTUP_',
  'DOTNET_',
  'CORECLR_',
  'COR_',
  'NUGET_',
  'DOCKER_',
  'CONTAINERS_',
  'CONTAINERD_',
  'NERDCTL_',
  'GIT_CONFIG',
]
/** Ends: what such names say. */
const ENDS = ['_PROXY', '_URL']

const NAMES = new RegExp(`^(?:${WHOLE.join('|')}|(?:${BEGINNINGS.join('|')}).*|.*(?:${ENDS.join('|')}))$`, 'is')

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
