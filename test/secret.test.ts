import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choosingValues, isChoosing } from '../core/launch/choosing-variable.ts'
import { findSecrets, redactVariable, refuseSecrets } from '../core/launch/secret.ts'

test('credentials in words are refused, and not repeated', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  for (const words of [
    [token],
    ['--token', 'abc'],
    ['--api-key=abc'],
    ['--github-token', 'x'],
    ['postgres://me:pw@db/x'],
    ['--db=postgres://me:pw@db/x'],
    ['a://b:c://me:pw@db/x'],
    ['x://a@b:c@d'],
    ['https://h/?api_key=abc'],
    ['--url=https://h/?a=b&key=abc'],
    ['--token=${env:TOKEN:-abc}'],
    [`\${env:URL:-https://h/${token}}`],
    [`--header=Authorization: Bearer ${token}`],
  ]) {
    assert.throws(
      () => refuseSecrets(words),
      (error: Error) => {
        assert.match(error.message, /^argument \d looks like a credential$/)
        return true
      },
    )
  }
})

test('variables, and words that only look like a flag, are not', () => {
  for (const words of [
    ['--token', '${env:TOKEN}'],
    ['--api-key=${env:KEY}'],
    ['--token', '--verbose'],
    ['-y', 'pkg@1.2.3', '.'],
    ['https://a.example/x@y'],
    ['https://a:@b/', 'https://a@b:80/', 'https://a:80/b@c'],
    ['--author=me'],
    ['--tokens=5'],
    ['--token=${env:TOKEN:-}'],
    ['https://h/?key=${env:KEY}&sort_key=name&monkey=1'],
  ]) {
    refuseSecrets(words)
  }
})

test('hostile words take time in proportion to their length', () => {
  for (const word of [`x://${':'.repeat(1_000_000)}`, 'a'.repeat(1_000_000), 'x://:'.repeat(200_000), '${'.repeat(500_000)]) {
    refuseSecrets([word])
  }
})

test('variables that choose code or endpoint have values, the others none', () => {
  const chosen = {
    NODE_OPTIONS: '--import=./evil.mjs',
    node_options: '${env:A} -r x',
    LD_PRELOAD: './x.so',
    DYLD_INSERT_LIBRARIES: 'x',
    PYTHONPATH: '.',
    npm_config_registry: 'https://h/',
    NPM_CONFIG_USERCONFIG: '',
    PATH: './bin:${env:PATH}',
    https_proxy: 'http://h',
    NODE_EXTRA_CA_CERTS: '${env:CERTS:-./ca.pem}',
    API_URL: 'https://${env:HOST}/',
  }
  const others = {
    PATH_X: 'x',
    XPATH: 'x',
    MY_NODE_OPTIONS: 'x',
    URL: 'x',
    API_TOKEN: 'secret',
    HTTP_PROXY: '${env:HTTP_PROXY}',
    A_URL: '${env:B}',
  }
  assert.deepEqual(choosingValues({ ...chosen, ...others }), chosen)
})

test('a value that would be kept is no credential, and no message has it', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  for (const [name, value] of [
    ['DATABASE_URL', 'postgres://me:hunter2@db/x'],
    ['API_URL', `https://h/${token}/mcp`],
    ['API_URL', 'https://h/mcp?token=hunter2'],
    ['NODE_OPTIONS', '-r x --token hunter2'],
    ['NODE_OPTIONS', '--api-key=hunter2'],
    ['LD_API_KEY', 'hunter2'],
    ['npm_config_//h/:_authToken', 'hunter2'],
    ['npm_config__auth', '${env:A:-hunter2}'],
    ['HTTPS_PROXY', 'http://me:hunter2@${env:HOST}'],
  ] as const) {
    assert.throws(
      () => choosingValues({ [name]: value }),
      (error: Error & { code?: string }) =>
        error.code === 'SECRET_LITERAL' && error.message.includes(`\`${name}\``) && !/hunter2|ghp_/.test(error.message),
      name,
    )
  }
  choosingValues({ DATABASE_URL: 'postgres://${env:U}:${env:P}@db/x', LD_API_KEY: '${env:A}${env:B}', NODE_OPTIONS: '--token ${env:T}' })
})

test('a credential is taken out where it can be told apart, else the whole word', () => {
  const token = `ghp_${'a1B2'.repeat(9)}`
  for (const [words, ...redacted] of [
    [['--token', 'abc'], '${redacted}'],
    [['--api-key=abc'], '--api-key=${redacted}'],
    [['--token=${env:TOKEN:-abc}'], '--token=${redacted}'],
    [['postgres://me:pw@db/x'], 'postgres://${redacted}@db/x'],
    [['--url=https://h/?a=b&key=abc'], '--url=https://h/?a=b&key=${redacted}'],
    [[`--header=Authorization: Bearer ${token}`], '--header=Authorization: Bearer ${redacted}'],
    [['postgres://${env:U}:pw@db'], '${redacted}'],
    [[`\${env:URL:-https://h/${token}}`], '${redacted}'],
    [['-----BEGIN PRIVATE KEY-----\nabc'], '${redacted}'],
    [['a', token, 'b', '--password=x'], '${redacted}', '--password=${redacted}'],
  ] as const) {
    const found = findSecrets(words)
    assert.deepEqual(
      found.map((one) => one.redacted),
      redacted,
    )
    refuseSecrets(words.map((word, i) => found.find(({ index }) => index === i)?.redacted ?? word))
  }
  for (const [name, value, redacted] of [
    ['HTTPS_PROXY', 'http://me:hunter2@${env:HOST}', 'http://${redacted}@${env:HOST}'],
    ['NODE_OPTIONS', '--import=./a.mjs --token hunter2', '--import=./a.mjs --token ${redacted}'],
    ['LD_API_KEY', 'hunter2', '${redacted}'],
    ['API_URL', 'https://h/', 'https://h/'],
  ] as const) {
    assert.equal(redactVariable(name, value), redacted)
    choosingValues({ [name]: redacted })
  }
})

test('what chooses code in other languages has its value too', () => {
  for (const name of [
    'NODE_PATH',
    'BASH_ENV',
    'UV_INDEX',
    'PIP_CONFIG_FILE',
    'BUN_OPTIONS',
    'DENO_DIR',
    'JAVA_TOOL_OPTIONS',
    'RUBYOPT',
    'PERL5OPT',
    'DOTNET_STARTUP_HOOKS',
    'CORECLR_PROFILER_PATH',
    'GIT_SSH_COMMAND',
    'GIT_CONFIG_COUNT',
    'DOCKER_HOST',
    'NODE_TLS_REJECT_UNAUTHORIZED',
    'SSL_CERT_FILE',
    'CONTAINER_HOST',
    'HOME',
    'xdg_cache_home',
    'LOCALAPPDATA',
    'OPENSSL_CONF',
    'BASH_FUNC_ls%%',
    'CONTAINERS_CONF',
    'no_proxy',
  ])
    assert.ok(isChoosing(name), name)
  for (const name of [
    'ENV',
    'DB_HOST',
    'CONTAINER_NAME',
    'HOST',
    'URL',
    'GIT_AUTHOR_NAME',
    'MY_PATH',
    'LOG_LEVEL',
    'PIPELINE',
    'SSL_CERT',
    'API_TOKEN',
    'constructor',
  ])
    assert.ok(!isChoosing(name), name)
})
