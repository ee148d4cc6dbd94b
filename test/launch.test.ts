import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LockError } from '../core/codes/errors.ts'
import { remoteLaunch, stdioLaunch, type StdioLaunch } from '../core/launch/launch.ts'
import { allows, artifactOf, floats, withVersion } from '../core/launch/artifact.ts'
import { expand, literal, referencesOf, translate } from '../core/launch/template.ts'

function words(command: string, ...args: string[]): string[] {
  const launch = stdioLaunch({ command, args })
  return [launch.command, ...launch.args]
}

const NORMAL: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['npx always says -y, first', ['npx', 'pkg'], ['npx', '-y', 'pkg']],
  ['npx --yes is -y', ['npx', '-q', '--yes', 'pkg', '--yes'], ['npx', '-y', '-q', 'pkg', '--yes']],
  ['npx -y among -p', ['npx', '-p', 'pkg', '-y', 'bin'], ['npx', '-y', '-p', 'pkg', 'bin']],
  ['npx --no stays', ['npx', '--no', 'pkg'], ['npx', '--no', 'pkg']],
  ['an unknown option ends what is understood', ['npx', '--odd', 'pkg', '-y'], ['npx', '-y', '--odd', 'pkg', '-y']],
  ['a folder is not a package', ['npx', './dir', './docs'], ['npx', '-y', './dir', 'docs']],
  ['a folder with backslashes', ['npx.cmd', '-y', '.\\dir', '.\\docs'], ['npx', '-y', './dir', 'docs']],
  ['a folder by option', ['npx', '-p', './dir', 'bin', './x'], ['npx', '-y', '-p', './dir', 'bin', 'x']],
  ['uvx --from', ['uvx', '--from', './dir', 'tool', './x'], ['uvx', '--from', './dir', 'tool', 'x']],
  ['uv tool run', ['uv', 'tool', 'run', './dir', './x'], ['uv', 'tool', 'run', './dir', 'x']],
  ['pipx run', ['pipx', 'run', './dir'], ['pipx', 'run', './dir']],
  ['npm exec --', ['npm', 'exec', '--', './dir', './x'], ['npm', 'exec', '--', './dir', 'x']],
  ['a verb not understood keeps all', ['npm', '-y', 'exec', './dir', './x'], ['npm', '-y', 'exec', './dir', './x']],
  ['a runner by its path', ['/usr/bin/npx', './dir'], ['/usr/bin/npx', './dir']],
  ['bun x', ['bun', 'x', './dir'], ['bun', 'x', './dir']],
  ['cmd /c', ['cmd', '/c', 'npx.cmd', 'pkg'], ['npx', '-y', 'pkg']],
  ['cmd /d /s /c twice', ['C:\\Windows\\System32\\CMD.EXE', '/d', '/s', '/C', 'cmd', '/c', 'node.exe', 'a.js'], ['node', 'a.js']],
  ['cmd /c a great many times', ['cmd', '/c', ...Array.from({ length: 50_000 }, () => ['cmd', '/c']).flat(), 'x'], ['x']],
  ['cmd /c with one word', ['cmd', '/c', 'npx -y pkg'], ['npx', '-y', 'pkg']],
  ['cmd /c with a metacharacter', ['cmd', '/c', 'a b & c'], ['a b & c']],
  ['a bare command is looked up', ['server'], ['server']],
  ['one with ./ is not', ['./server'], ['./server']],
  ['nor one in a folder', ['tools\\server.exe'], ['./tools/server.exe']],
  ['workspaceFolder in a command', ['${workspaceFolder}\\tools\\server'], ['./tools/server']],
  ['a path keeps its suffix', ['.\\node_modules\\.bin\\srv.cmd'], ['./node_modules/.bin/srv.cmd']],
  ['so does a name that is not well known', ['server.exe'], ['server.exe']],
  ['and a second suffix', ['node.cmd.exe'], ['node.cmd.exe']],
  ['a well-known name does not', ['python3.EXE', './a.py'], ['python3', 'a.py']],
  ['a word that may be looked up in PATH', ['env', './server', '.\\x.js'], ['env', './server', './x.js']],
  ['a word behind an option', ['timeout', '60', '${workspaceFolder}/server'], ['timeout', '60', './server']],
  ['a volume', ['docker', 'run', '-v', './x:/x', './image'], ['docker', 'run', '-v', './x:/x', './image']],
  ['a command of the interpreter', ['node', './inspect', './docs'], ['node', './inspect', 'docs']],
  ['a task', ['deno', 'run', './dev', './a.ts'], ['deno', 'run', './dev', 'a.ts']],
  ['a module of Python', ['python3.12', '-m', './srv', './a'], ['python3.12', '-m', './srv', 'a']],
  ['a program in PATH', ['perl', '-wS', './srv.pl'], ['perl', '-wS', './srv.pl']],
  ['an interpreter by its path', ['/usr/bin/node', './a.js'], ['/usr/bin/node', './a.js']],
  ['a cmd of the repository', ['./tools/cmd', '/c', 'node', './s.mjs'], ['./tools/cmd', '/c', 'node', './s.mjs']],
  ['a cmd.exe of the repository', ['tools\\cmd.exe', '/c', 'node', 'a'], ['./tools/cmd.exe', '/c', 'node', 'a']],
  ['a cmd.exe elsewhere', ['C:\\Users\\Public\\cmd.exe', '/c', 'node', 'a'], ['C:\\Users\\Public\\cmd.exe', '/c', 'node', 'a']],
  ['a cmd that is none', ['C:\\tools\\mycmd.exe', '/c', 'node', 'a'], ['C:\\tools\\mycmd.exe', '/c', 'node', 'a']],
  ['outside stays', ['C:\\srv\\a.exe', '..\\x', '../x', '/abs', '~/x'], ['C:\\srv\\a.exe', '..\\x', '../x', '/abs', '~/x']],
  ['never an absolute path', ['node', './/etc/x', '././a'], ['node', 'etc/x', 'a']],
  ['what could be an option or a scheme', ['node', './-x', '.\\@a', './npm:x', './A=b'], ['node', './-x', './@a', './npm:x', './A=b']],
  ['a module option', ['node', '-r', './hook.js', './a.js'], ['node', '-r', './hook.js', 'a.js']],
  ['bash -c', ['bash', '-c', './run'], ['bash', '-c', './run']],
  ['a script with backslashes', ['node', 'dist\\server.js', '\\d+', 'CORP\\jo.doe'], ['node', 'dist/server.js', '\\d+', 'CORP\\jo.doe']],
  ['pathSeparator', ['node', '${workspaceFolder}${pathSeparator}a.js'], ['node', 'a.js']],
  ['the folder itself', ['node', './', '${workspaceFolder}', '.'], ['node', '.', '.', '.']],
]

for (const [name, before, after] of NORMAL) {
  test(`launch: ${name}`, () => {
    const [command = '', ...args] = before
    assert.deepEqual(words(command, ...args), after)
  })
}

test('a folder of its own keeps `./` and `${workspaceFolder}/` apart', () => {
  const launch = stdioLaunch({
    command: '${workspaceFolder}\\bin\\a',
    args: ['./a.js', '${workspaceFolder}\\a.js'],
    cwd: '${workspaceFolder}\\sub\\',
  })
  assert.deepEqual(launch, { command: '${workspaceFolder}/bin/a', args: ['./a.js', '${workspaceFolder}/a.js'], cwd: 'sub' })
  assert.deepEqual(stdioLaunch({ command: 'node', args: [], cwd: './' }), { command: 'node', args: [] })
})

const WORD = fc.oneof(
  fc.constantFrom(
    'npx',
    'npm',
    'exec',
    'x',
    'cmd',
    '/c',
    '/d',
    '-y',
    '--yes',
    '-p',
    '--',
    '-r',
    './',
    '.\\',
    '.',
    '..',
    '',
    'npx.cmd',
    'a.cmd.exe',
    '--no',
    '-c',
  ),
  fc.constantFrom(
    './a/b.js',
    '.\\a\\b.js',
    '${workspaceFolder}/a',
    '${workspaceFolder}\\a',
    '${workspaceFolder}',
    './${workspaceFolder}/a',
    './/a',
    '././a',
    './../a',
    'a\\b.js',
    './-x',
    '.\\.\\@a/b',
    'C:\\x',
    '${env:A}/b',
    'uvx',
    '${pathSeparator}',
  ),
  fc.string({ maxLength: 8 }),
)
const WORDS = fc.record({
  command: WORD,
  args: fc.array(WORD, { maxLength: 6 }),
  cwd: fc.option(WORD, { nil: undefined }),
  envFile: fc.option(WORD, { nil: undefined }),
})

test('the normal form is its own normal form', () => {
  fc.assert(
    fc.property(WORDS, (raw) => {
      const once = stdioLaunch(raw)
      assert.deepEqual(stdioLaunch(once), once)
    }),
    { numRuns: 5_000 },
  )
})

test('Windows and POSIX spellings of a launch are one', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/)
  const path = fc.array(name, { minLength: 1, maxLength: 3 })
  const anchor = fc.constantFrom('./', '${workspaceFolder}/', '././')
  const arg = fc.oneof(
    fc.tuple(anchor, path).map(([start, parts]) => start + parts.join('/')),
    name,
    fc.constant('--flag'),
  )
  const command = fc.constantFrom('npx', 'node', 'uvx', 'python')
  fc.assert(
    fc.property(command, fc.array(arg, { maxLength: 5 }), (program, args) => {
      const windows = args.map((word) => (/^[.$]/.test(word) ? word.replaceAll('/', '\\') : word))
      const posix = stdioLaunch({ command: program, args })
      assert.deepEqual(stdioLaunch({ command: 'cmd', args: ['/c', `${program}.cmd`, ...windows] }), posix)
      assert.deepEqual(stdioLaunch({ command: `${program}.exe`, args: windows }), posix)
    }),
  )
})

test('a local folder and a package never have one normal form', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/)
  const runner = fc.constantFrom(
    ['npx'],
    ['npx', '-y'],
    ['npm', 'exec'],
    ['npm', 'x', '--'],
    ['pnpm', 'dlx'],
    ['pnpx'],
    ['bunx'],
    ['bun', 'x'],
    ['yarn', 'dlx'],
    ['uvx'],
    ['uvx', '--from'],
    ['pipx', 'run'],
    ['npx', '-p'],
    ['npx', '--odd'],
  )
  fc.assert(
    fc.property(runner, name, fc.constantFrom('./', '.\\', '${workspaceFolder}/'), ([command = '', ...args], pkg, anchor) => {
      assert.notDeepEqual(words(command, ...args, anchor + pkg), words(command, ...args, pkg))
    }),
  )
})

test('a remote launch has names only, and no credential', () => {
  assert.deepEqual(remoteLaunch('HTTPS://Example.com:443/mcp?key=secret&b#x', ['X-B', 'a', 'A']), {
    url: 'https://example.com/mcp?key=&b=',
    headers: ['a', 'x-b'],
  })
  assert.deepEqual(remoteLaunch('https://${env:HOST}/mcp?k=${env:KEY}'), { url: 'https://${env:HOST}/mcp?k=' })
  assert.deepEqual(remoteLaunch('https://${env:U}:${env:P}@h/'), { url: 'https://${env:U}:${env:P}@h/' })
  for (const url of ['https://a:hunter2@h/', 'https://tok@h/', 'https://a:hunter2@${env:HOST}/']) {
    assert.throws(
      () => remoteLaunch(url),
      (error) => error instanceof LockError && error.code === 'SECRET_LITERAL' && !error.message.includes('hunter2'),
    )
  }
  const token = `ghp_${'a1B2'.repeat(9)}`
  for (const url of [`https://h/${token}/mcp`, `https://h/?${token}`, `https://h/?${token}=1`, `https://\${env:H}/${token}`]) {
    assert.throws(
      () => remoteLaunch(url),
      (error) => error instanceof LockError && error.code === 'SECRET_LITERAL' && !error.message.includes('ghp_'),
      url,
    )
  }
  for (const url of ['ftp://h/', 'no url', '']) assert.throws(() => remoteLaunch(url), { code: 'CONFIG_INVALID' })
})

function npm(...line: string[]) {
  const [command = '', ...args] = line
  return artifactOf(stdioLaunch({ command, args }))
}

test('npm launches: name, range, program and arguments', () => {
  assert.deepEqual(npm('npx', '@a/b@^1', '--x'), {
    type: 'npm',
    name: '@a/b',
    extras: '',
    range: '^1',
    bin: null,
    args: ['--x'],
    paths: ['--x'],
    options: [],
    token: { index: 1, before: '@a/b@' },
  })
  assert.deepEqual(npm('npx', '--package=@a/b@1.0.0', 'bin', 'z'), {
    type: 'npm',
    name: '@a/b',
    extras: '',
    range: '1.0.0',
    bin: 'bin',
    args: ['z'],
    paths: ['z'],
    options: [],
    token: { index: 1, before: '--package=@a/b@' },
  })
  assert.deepEqual(npm('npm', 'exec', 'pkg', '--', '-v')?.args, ['-v'])
  assert.deepEqual(npm('npm', 'exec', '--', 'pkg', '-v')?.args, ['-v'])
  assert.deepEqual(npm('npx', 'pkg', '--', '-v')?.args, ['--', '-v'])
  const launch = stdioLaunch({ command: 'npx', args: ['pkg@latest', './a'] })
  const pkg = artifactOf(launch)
  assert.ok(pkg)
  assert.deepEqual(withVersion(launch, pkg, '1.2.3'), { command: 'npx', args: ['-y', 'pkg@1.2.3', 'a'] } satisfies StdioLaunch)
})

test('npm launches: what is no package of a registry stays unresolved', () => {
  const lines = [
    './dir',
    '../dir',
    '/abs',
    'a/b',
    'github:a/b',
    'git+https://h/a.git',
    'https://h/a.tgz',
    'a.tgz',
    'a.tar.gz',
    'a@b.tar',
    'x@npm:y@1',
    'x@file:y',
    'x@a/b',
    'x@${env:V}',
    'x@${v}',
    'npm:x',
    '.',
    '~',
    '',
    'a b',
    '-c',
    '--odd',
    '--no',
    'C:\\x',
    '@a',
    '@/a',
    '@a/',
  ]
  for (const spec of lines) assert.equal(npm('npx', spec, 'z'), null, spec)
  assert.equal(npm('npx'), null)
  assert.equal(npm('npx', '-p', 'a', '-p', 'b', 'c'), null)
  assert.equal(npm('npx', '-p', 'a', './bin'), null)
  assert.equal(npm('npm', 'exec', 'pkg', '--flag'), null)
  assert.equal(npm('npm', 'install', 'pkg'), null)
  assert.equal(npm('node', 'pkg'), null)
  assert.equal(artifactOf({ url: 'https://h/' }), null)
})

test('npm launches: which versions they allow', () => {
  const of = (spec: string) => npm('npx', spec) ?? assert.fail(spec)
  assert.deepEqual(
    ['p', 'p@latest', 'p@^1', 'p@1.x', 'p@1.2.3', 'p@v1.2.3'].map((spec) => floats(of(spec))),
    [true, true, true, true, false, false],
  )
  assert.deepEqual(
    ['p', 'p@next', 'p@^1', 'p@1.2.3', 'p@~2', 'p@1.2.4'].map((spec) => allows(of(spec), '1.2.3')),
    [true, true, true, true, false, false],
  )
})

test('templates: values, defaults, unset and literal dollars', () => {
  const variables = (name: string) => ({ 'env:A': 'a', 'env:E': '' })[name]
  assert.deepEqual(expand('${env:A}-${env:B:-b}-${env:E:-e}|${env:X}${env:X}${$}{env:A}', variables), {
    text: 'a-b-|${env:A}',
    unset: ['env:X'],
  })
  assert.deepEqual(referencesOf('${$}{x}${env:A:-1}${input:i}'), ['env:A', 'input:i'])
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', ':', '-') }), (text) => {
      assert.deepEqual(
        expand(literal(text), () => 'VALUE'),
        { text, unset: [] },
      )
      assert.equal(
        expand(
          translate(text, /\$(a)/g, () => null),
          () => 'VALUE',
        ).text,
        text,
      )
    }),
  )
})
