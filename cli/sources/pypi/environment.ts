/** What of the environment uv and pip are given. */
import type { Environment } from '../../world/environment.ts'

/** Which index, how to log in there, how to get there, where caches and interpreters are; nothing that changes what is installed where. */
const PASSED = new RegExp(
  `^(?:${[
    'UV_(?:DEFAULT_INDEX|INDEX(?:_\\w+)?|EXTRA_INDEX_URL|KEYRING_PROVIDER|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|OFFLINE|CONFIG_FILE|NO_CONFIG)',
    'UV_(?:CACHE_DIR|NO_CACHE|HTTP_\\w+|REQUEST_TIMEOUT|CONCURRENT_\\w+|CREDENTIALS_DIR)',
    'UV_(?:PYTHON|PYTHON_(?:DOWNLOADS\\w*|INSTALL_DIR|INSTALL_MIRROR|PREFERENCE|CPYTHON_\\w+)|MANAGED_PYTHON|NO_MANAGED_PYTHON)',
    'PIP_(?:INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|CERT|CLIENT_CERT|PROXY|RETRIES|TIMEOUT|CONFIG_FILE|CACHE_DIR|NO_CACHE_DIR|KEYRING_PROVIDER)',
    'NETRC|SSL_CERT_\\w+|SSL_CLIENT_CERT|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|\\w+_proxy',
    'APPDATA|COMSPEC|HOME|HOMEDRIVE|HOMEPATH|LANG|LC_ALL|LOCALAPPDATA|LOGNAME|PATH|PATHEXT|PROGRAMDATA|PROGRAMFILES',
    'PYENV_(?:ROOT|VERSION)|SHELL|SYSTEMDRIVE|SYSTEMROOT|TEMP|TERM|TMP|TMPDIR|USER|USERPROFILE|XDG_\\w+',
  ].join('|')})$`,
  'i',
)

/** The user's own configuration counts, the project's not at all: `uvx` and `pipx run` do not look at it either. */
export function pythonEnvironment(env: Environment): { [name: string]: string } {
  const result: { [name: string]: string } = {}
  for (const [name, value] of Object.entries(env)) if (value !== undefined && PASSED.test(name)) result[name] = value
  return result
}
