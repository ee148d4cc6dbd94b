/** The first server of docs/REGISTRY.md: its commands and its lines of configuration, word for word, with keys made as it says. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { main } from '../../registry-server/main.ts'
import { blocksOf, readDocument } from '../documents.ts'
import { exits, run, temporary } from '../world.ts'
import { Registry } from './registry.ts'

const PROGRAM = await readFile(new URL('../servers/package.cjs', import.meta.url), 'utf8')
const FOUR_LINES = /^publishers: \[\]\napprovers: \[\]\nadmins: \[\]\napprovals: 0\n/m
const PEM = /^( *)-----BEGIN PUBLIC KEY-----[^]*?-----END PUBLIC KEY-----/gm
const [, after = ''] = readDocument('docs/REGISTRY.md').split('## A first server\n')
const blocks = blocksOf(after.split('\n## ')[0] ?? '')
const [keys = [], life = [], elsewhere = [], incident = []] = blocks
  .filter(({ language }) => language === 'sh')
  .map(({ text }) => text.trim().split('\n'))
const [rules = '', policy = ''] = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text)

type Known = { readonly url: string; readonly log: string; readonly status: string }

/** A registry as `init` makes it, with these rules in the place of its own; what clients know it by. */
async function serve(t: TestContext, cwd: string, lines: string): Promise<Known> {
  let out = ''
  const world = { cwd, env: {}, err: () => {}, out: (text: string) => void (out += text) }
  const words = ['init', '--origin', 'registry.acme.example/log', '--listen', '127.0.0.1:0']
  assert.equal(await main(words, { ...world, stop: t.signal }), 0)
  const { registry } = parse(out.slice(out.indexOf('registry:'))) as { readonly registry: Known } // as `init` prints it
  const file = join(cwd, 'registry.yaml')
  const written = await readFile(file, 'utf8')
  assert.match(written, FOUR_LINES)
  await writeFile(file, written.replace(FOUR_LINES, lines))
  out = ''
  const stop = new AbortController()
  const served = main(['serve'], { ...world, stop: stop.signal })
  t.after(() => {
    stop.abort()
    return served
  })
  while (!out.includes('answers at')) await setTimeout(5)
  return { ...registry, url: /http:\S+/.exec(out)?.[0] ?? '' }
}

test('a first server, from nothing: listed, approved, checked, taken elsewhere, paused', async (t) => {
  const packages = await Registry.start()
  t.after(() => packages.close())
  packages.publish({ name: '@modelcontextprotocol/server-memory', version: '1.0.0', bin: 'server.js' }, { 'server.js': PROGRAM })
  const home = await temporary(t)
  const [project, other] = [join(home, 'project'), join(home, 'other')]
  for (const folder of [project, other]) await mkdir(folder)

  const made: string[][] = []
  for (const line of keys) {
    const [program = '', ...words] = line.split(' ')
    const { stdout } = await promisify(execFile)(program, words, { cwd: project })
    if (line.endsWith('-pubout')) made.push(stdout.trim().split('\n'))
  }
  assert.deepEqual(parse(rules), withoutKnown(parse(policy) as { readonly registry: object }))
  const known = await serve(t, await temporary(t), withKeys(rules, made))
  const text = withKeys(policy, [known.status.trim().split('\n'), ...made])
    .replace(/(?<=^ {2}url: ).*/m, known.url)
    .replace(/(?<=^ {2}log: ).*/m, known.log)
  for (const folder of [project, other]) await writeFile(join(folder, 'mcp-lock.yaml'), text)

  const env = { HOME: home, XDG_CACHE_HOME: join(home, 'cache'), npm_config_cache: join(home, 'npm'), npm_config_registry: packages.url }
  const succeeds = async (folder: string, line: string): Promise<string> => {
    const [program, ...words] = line.split(' ')
    assert.equal(program, 'mcp-lock', line)
    const ended = await run(folder, words, { env, answers: ['y'] })
    return exits(ended, 0).stdout
  }
  for (const line of life) await succeeds(project, line)
  for (const line of elsewhere) await succeeds(other, line)
  await succeeds(other, 'mcp-lock verify')
  const [pause = '', resume = ''] = incident
  await succeeds(project, pause)
  for (const line of ['check', 'verify', 'run memory']) exits(await run(other, line.split(' '), { env }), 4, /paused/i)
  await succeeds(project, resume)
  await succeeds(other, 'mcp-lock check')
})

/** The keys of a text, in their order, are these, each line as far in as it was. */
function withKeys(text: string, keys: readonly (readonly string[])[]): string {
  const left = [...keys]
  const replaced = text.replaceAll(
    PEM,
    (_, indent: string) =>
      left
        .shift()
        ?.map((line) => `${indent}${line}`)
        .join('\n') ?? assert.fail('a key too many'),
  )
  assert.deepEqual(left, [])
  return replaced
}

function withoutKnown({ registry }: { readonly registry: object }): object {
  return Object.fromEntries(Object.entries(registry).filter(([member]) => !['url', 'log', 'status'].includes(member)))
}
