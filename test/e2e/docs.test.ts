import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { DEFAULT_LIMITS } from '../../cli/capture/limits.ts'
import { LOCK_FILE } from '../../cli/locks/lock-store.ts'
import { FORMATS } from '../../cli/report/index.ts'
import { CODES, isCode } from '../../core/codes/codes.ts'
import { EMPTY_LOCK, formatLock } from '../../core/lock/lockfile.ts'
import { NO_POLICY, policyFor, POLICY_FILE } from '../../core/policy/policy.ts'
import { parsePolicy } from '../../core/policy/policy-file.ts'
import { VOLATILE_TYPES } from '../../core/surface/volatile.ts'
import { policyDocument } from '../../docs/generate.ts'
import { blocksOf, codeOf, commandsOf, DOCUMENTS, firstCells, linksOf, readDocument, ROOT } from '../documents.ts'
import { git, gitOk, PROGRAM } from '../git.ts'
import { PIPELINES } from '../pipelines.ts'
import { run, temporary, type Run } from '../world.ts'

const readme = readDocument('README.md')
const policyGuide = readDocument('docs/POLICY.md')
const manifest = JSON.parse(readDocument('package.json')) as {
  readonly [member in 'scripts' | 'dependencies' | 'devDependencies']: { readonly [name: string]: string }
}

const yes = Array.from({ length: 20 }, () => 'y')

function words(command: string): string[] {
  return command.replace(/ >>? .*/, '').split(' ')
}

/** The project that the README shows, with the demo's server, committed twice. */
async function project(t: Parameters<typeof temporary>[0]): Promise<string> {
  const folder = join(await temporary(t), 'project')
  await mkdir(folder)
  const config = blocksOf(readme).find(({ language }) => language === 'json')
  await writeFile(join(folder, '.mcp.json'), config?.text ?? '')
  await copyFile(join(ROOT, 'examples/rug-pull/notes-server.mjs'), join(folder, 'notes-server.mjs'))
  await gitOk(folder, 'init', '-q')
  await gitOk(folder, 'add', '.')
  for (const message of ['one', 'two']) await gitOk(folder, 'commit', '-q', '--allow-empty', '-m', message)
  return folder
}

/** The demo's server rewrites its description once this file is there. */
async function pullRug(folder: string): Promise<void> {
  await writeFile(join(folder, 'approved'), '')
}

test('the commands of the README do what it says, in their order', async (t) => {
  const folder = await project(t)
  const first = 'verify notes'
  let changed: Run | undefined
  for (const command of commandsOf(readme)) {
    const [program, name = '', ...rest] = words(command)
    if (program === 'git') await gitOk(folder, name, ...rest)
    if (program !== 'npx') continue
    assert.equal(name, 'mcp-lock', command)
    const isChanged = rest.join(' ') === first
    if (isChanged) await pullRug(folder)
    const result = await run(folder, rest, { answers: yes })
    assert.equal(result.exit, isChanged ? 1 : 0, `${command}\n${result.stdout}${result.stderr}`)
    if (isChanged) changed = result
  }
  const shown = blocksOf(readme).find(({ language }) => language === 'text')
  const [, ...lines] = (shown?.text.split(/^.*✓/m)[0] ?? '').trimEnd().split('\n')
  assert.equal(lines.length, 5)
  for (const line of lines) assert.ok(changed?.stdout.includes(`${line}\n`), `not printed: ${line}\n${changed?.stdout}`)
})

test('the commands of docs/TEAMS.md do what it says, in their order', async (t) => {
  const folder = await project(t)
  const script = join(folder, 'notes-server.mjs')
  const pinAs = async (text: string): Promise<void> => {
    await writeFile(script, (await readFile(join(ROOT, 'examples/rug-pull/notes-server.mjs'), 'utf8')).replace('Save a note', text))
    assert.equal((await run(folder, ['pin', '--yes'])).exit, 0)
    await gitOk(folder, 'commit', '-qam', text)
  }
  for (const command of commandsOf(readDocument('docs/TEAMS.md'))) {
    const [program, name = '', ...rest] = words(command)
    if (program === 'git') await gitOk(folder, name, ...rest)
    if (program !== 'npx') continue
    const line = rest.join(' ')
    if (line === 'merge --resolve') {
      await gitOk(folder, 'checkout', '-qb', 'topic')
      await pinAs('Keep a note')
      await gitOk(folder, 'checkout', '-q', '-')
      await pinAs('Store a note')
      assert.equal((await git(folder, 'merge', '-q', '-X', 'theirs', 'topic')).exit, 1)
    }
    const result = await run(folder, line === 'init' ? ['init', '--program', PROGRAM] : rest, { answers: yes })
    assert.equal(result.exit, line === 'merge --resolve' ? 1 : 0, `${command}\n${result.stdout}${result.stderr}`)
  }
  assert.equal(
    await readFile(join(folder, '.gitattributes'), 'utf8'),
    blocksOf(readDocument('docs/TEAMS.md')).find(({ language }) => language === 'text')?.text,
  )
})

test('the commands of docs/SIGNING.md do what it says, in their order', async (t) => {
  if (spawnSync('openssl', ['version']).error !== undefined) return t.skip('openssl is not installed')
  const folder = await project(t)
  assert.equal((await run(folder, ['pin', '--yes'])).exit, 0)
  for (const command of commandsOf(readDocument('docs/SIGNING.md'))) {
    const [program = '', ...rest] = words(command)
    if (program !== 'npx') await promisify(execFile)(program, rest, { cwd: folder })
    else {
      const result = await run(folder, rest.slice(1), { answers: yes })
      assert.equal(result.exit, 0, `${command}\n${result.stdout}${result.stderr}`)
    }
  }
})

test('the other commands of the documents exist', () => {
  for (const document of DOCUMENTS) {
    for (const command of commandsOf(readDocument(document))) {
      const [program = '', name = '', ...rest] = words(command)
      if (program === 'npm') assert.ok(name === 'ci' || Object.hasOwn(manifest.scripts, name === 'run' ? (rest[0] ?? '') : name), command)
      else if (program === 'node_modules/.bin/node') {
        const file = [name, ...rest].find((word) => word.endsWith('.ts')) ?? ''
        assert.ok(existsSync(join(ROOT, file)), command)
      } else assert.ok(['npx', 'git', 'openssl', 'mcp-lock', 'mcp-lock-registry'].includes(program), `${document}: ${command}`)
    }
  }
})

test('every option that a document or a hint gives to a command is one of its options', async (t) => {
  const folder = await temporary(t)
  const written = DOCUMENTS.map(readDocument).flatMap((document) => [...codeOf(document), ...commandsOf(document)])
  const scripts = PIPELINES.flatMap(({ jobs }) => [...jobs.values()].flat())
  const lines = [...written, ...scripts].flatMap((text) => text.split('\n')).map((line) => line.trim().replace(/^npx /, ''))
  const commands = lines.filter((line) => line.startsWith('mcp-lock '))
  assert.ok(commands.length > 20)
  for (const command of commands) {
    const [, name = '', ...rest] = words(command)
    if (name.startsWith('-') || name === 'CODE') continue
    const group = await run(folder, [name, '--help'])
    const path = group.stdout.includes('\nCommands:\n') && rest[0] !== undefined ? [name, rest[0]] : [name]
    const help = await run(folder, [...path, '--help'])
    assert.ok(help.exit === 0 && help.stdout.startsWith(`Usage: mcp-lock ${path.join(' ')} `), command)
    for (const word of rest.slice(0, rest.includes('--') ? rest.indexOf('--') : undefined)) {
      if (word.startsWith('-')) assert.match(help.stdout, new RegExp(`^ .*${word}\\b`, 'm'), command)
    }
  }
})

test('every option that a document names by itself is one of some command', async (t) => {
  const folder = await temporary(t)
  const helps = await Promise.all(
    ['pin', 'verify', 'diff', 'show', 'explain', 'outdated', 'update', 'sign', 'trust add', 'trust import', 'trust update'].map((name) =>
      run(folder, [...name.split(' '), '--help']),
    ),
  )
  const known = new Set(helps.flatMap(({ stdout }) => [...stdout.matchAll(/--[a-z-]+/g)].map(([option]) => option)))
  for (const document of [...DOCUMENTS.filter((file) => !file.includes('/')), 'docs/POLICY.md']) {
    for (const code of codeOf(readDocument(document))) {
      const [option = ''] = code.split(' ')
      if (/^--[a-z]/.test(option)) assert.ok(known.has(option), `${document}: ${code}`)
    }
  }
})

test('every link leads to a file', () => {
  for (const document of DOCUMENTS) {
    for (const target of linksOf(readDocument(document))) {
      const [path = ''] = target.split('#')
      assert.ok(path === '' || existsSync(join(ROOT, dirname(document), path)), `${document}: ${target}`)
    }
  }
})

test('every code that a document names is one', () => {
  const variables = new Set([
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'MCP_LOCK',
    'MCP_LOCK_KEY_PASSPHRASE',
    'MCP_LOCK_TOKEN',
    'NODE_EXTRA_CA_CERTS',
    'NODE_OPTIONS',
    'NO_PROXY',
    'PG_BIN',
    'SIGSTORE_ID_TOKEN',
    'SSL_CERT_FILE',
    'TERM_SESSION_ID',
    'XDG_STATE_HOME',
  ])
  for (const document of DOCUMENTS.filter((file) => file !== 'docs/format.md')) {
    for (const code of codeOf(readDocument(document))) {
      if (/^[A-Z]+(?:_[A-Z]+)+$/.test(code) && !variables.has(code)) assert.ok(isCode(code), `${document}: ${code}`)
    }
  }
})

test('the README names the formats and the exit statuses that there are', () => {
  const code = new Set(codeOf(readme))
  for (const name of FORMATS) assert.ok(code.has(name), name)
  const statuses = [...readme.matchAll(/^\| (\d+) +\|/gm)].map(([, status]) => Number(status))
  const known = new Set([0, ...Object.values(CODES).map(({ exit }) => exit)])
  assert.deepEqual(new Set(statuses), known)
})

test('every policy in the documents is valid', () => {
  const policies = [readme, policyGuide, readDocument('docs/CREDENTIALS.md')].flatMap((document) =>
    blocksOf(document).filter(({ language }) => language === 'yaml'),
  )
  assert.equal(policies.length, 12)
  for (const { text } of policies) parsePolicy(text)
})

type Schema = {
  readonly properties?: { readonly [name: string]: Schema }
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
}

function membersOf({ properties = {}, anyOf = [], items }: Schema): string[] {
  const inner = [...Object.values(properties), ...anyOf, ...(items === undefined ? [] : [items])]
  return [...Object.keys(properties), ...inner.flatMap(membersOf)]
}

test('docs/POLICY.md shows the defaults, every member, type and limit', () => {
  const [first] = blocksOf(policyGuide).filter(({ language }) => language === 'yaml')
  const defaults = policyFor(NO_POLICY, 'notes')
  assert.deepEqual(parsePolicy(first?.text ?? ''), { ...NO_POLICY, servers: { notes: defaults } })
  for (const name of Object.keys(defaults)) assert.match(policyGuide, new RegExp(`^## \`${name}\\b`, 'm'))
  const { servers: _, ...members } = (JSON.parse(policyDocument()) as Schema & { properties: { readonly [name: string]: Schema } })
    .properties
  for (const name of Object.keys(members)) assert.match(policyGuide, new RegExp(`^## \`${name}\``, 'm'))
  for (const name of Object.values(members).flatMap(membersOf)) assert.match(policyGuide, new RegExp(`\`${name}\`|\\b${name}: `), name)
  for (const type of VOLATILE_TYPES) assert.ok(codeOf(policyGuide).includes(type), type)
  for (const [name, limit] of Object.entries(DEFAULT_LIMITS)) {
    const shown = limit >= 1024 * 1024 ? `${limit / 1024 / 1024} MiB` : limit.toLocaleString('en')
    assert.match(policyGuide, new RegExp(`^\\| \`${name}\` +\\|.*\\| ${shown} +\\|$`, 'm'))
  }
})

test('docs/POLICY.md shows the message of a wrong policy as it is printed', async (t) => {
  const folder = await project(t)
  await writeFile(join(folder, LOCK_FILE), formatLock(EMPTY_LOCK))
  await writeFile(join(folder, POLICY_FILE), 'servers:\n  notes:\n    floating: maybe\n')
  const { exit, stderr } = await run(folder, ['verify'])
  assert.equal(exit, 2)
  const [message] = blocksOf(policyGuide).filter(({ language }) => language === 'text')
  assert.ok(stderr.startsWith(message?.text ?? '?'), stderr)
})

test('docs/DEPENDENCIES.md lists the dependencies and no others', () => {
  const [, runtime = '', development = ''] = readDocument('docs/DEPENDENCIES.md').split(/^## .*$/m)
  assert.deepEqual(firstCells(runtime).sort(), Object.keys(manifest.dependencies).sort())
  assert.deepEqual(firstCells(development).sort(), Object.keys(manifest.devDependencies).sort())
})
