/** `pin` and `verify` of container images, with a registry on the loopback and a stand-in for the engine, which none is here. */
import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { after, before, beforeEach, describe, test, type TestContext } from 'node:test'
import { exits, lockIn, run, temporary, type Run } from '../world.ts'
import { ImageRegistry } from './image-registry.ts'

let registry: ImageRegistry

/** Says what it was called with to a file, has no image until it is pulled, and is the server when it is to run one. */
const ENGINE = `#!${process.execPath}
const { appendFileSync, existsSync, writeFileSync } = require('node:fs')
const words = process.argv.slice(2)
appendFileSync(\`\${__dirname}/said\`, JSON.stringify(words) + '\\n')
if (words[0] === 'image') process.exit(existsSync(\`\${__dirname}/pulled\`) ? 0 : 1)
if (words[0] === 'pull') {
  if (existsSync(\`\${__dirname}/down\`)) {
    console.error('Cannot connect to the Docker daemon. Is the docker daemon running?')
    process.exit(1)
  }
  writeFileSync(\`\${__dirname}/pulled\`, '')
  process.exit(0)
}
const image = words.find((word) => word.includes('@sha256:')) ?? 'none'
const tools = [{ name: 'first', description: image, inputSchema: { type: 'object' } }]
const hello = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'image', version: '1' } }
const results = { initialize: hello, 'tools/list': { tools } }
require('node:readline').createInterface({ input: process.stdin }).on('line', (text) => {
  const { id, method } = JSON.parse(text)
  if (id === undefined) return
  const answer = Object.hasOwn(results, method) ? { result: results[method] } : { error: { code: -32601, message: 'no' } }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\\n')
})
`

type Project = { readonly folder: string; readonly engine: string; readonly lock: (...argv: string[]) => Promise<Run> }

async function project(
  t: TestContext,
  servers: { readonly [name: string]: string },
  env: { readonly [name: string]: string } = {},
): Promise<Project> {
  const home = await temporary(t)
  const [folder, engine] = [join(home, 'project'), join(home, 'engine')]
  await mkdir(folder)
  await mkdir(engine)
  for (const name of ['docker', 'podman']) {
    await writeFile(join(engine, name), ENGINE)
    await chmod(join(engine, name), 0o755)
  }
  const entries = Object.entries(servers).map(([name, line]) => {
    const [command, ...args] = line.split(' ')
    return [name, { command, args }]
  })
  await writeFile(join(folder, '.mcp.json'), JSON.stringify({ mcpServers: Object.fromEntries(entries) }))
  const path = `${engine}${delimiter}${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
  return {
    folder,
    engine,
    lock: (...argv) => run(folder, argv, { env: { PATH: path, HOME: home, XDG_CACHE_HOME: join(home, 'cache'), ...env } }),
  }
}

describe('container images', () => {
  before(async () => {
    registry = await ImageRegistry.start()
  })
  beforeEach(() => {
    registry.behaviour = {}
    registry.login = null
    registry.asked.length = 0
  })
  after(() => registry.close())

  test('a tag becomes a digest, which is pulled and run, and does not move', async (t) => {
    const digest = registry.push('acme/tools', '1')
    const { folder, engine, lock } = await project(t, {
      tools: `docker run -i --rm -e API_TOKEN --platform linux/amd64 ${registry.host}/acme/tools:1 stdio`,
    })
    exits(await lock('pin', '--yes'), 0, new RegExp(`→ ${digest.slice(0, 19)}…`))
    const pin = (await lockIn(folder)).servers['tools']
    const exact = `${registry.host}/acme/tools@${digest}`
    assert.deepEqual(pin?.source, {
      image: { digest, name: `${registry.host}/acme/tools` },
      launch: {
        args: ['run', '-i', '--rm', '-e', 'API_TOKEN', '--platform', 'linux/amd64', exact.replace('@', ':1@'), 'stdio'],
        command: 'docker',
      },
      transport: 'stdio',
    })
    const said = (await readFile(join(engine, 'said'), 'utf8')).trim().split('\n')
    assert.deepEqual(
      said.slice(0, 3).map((line) => JSON.parse(line)),
      [
        ['image', 'inspect', exact],
        ['pull', '--quiet', '--platform', 'linux/amd64', exact],
        ['run', '-i', '--rm', '-e', 'API_TOKEN', '--platform', 'linux/amd64', exact, 'stdio'],
      ],
    )
    registry.push('acme/tools', '1', 'another')
    const text = await readFile(join(folder, 'mcp.lock'), 'utf8')
    exits(await lock('pin', '--yes'), 0, /unchanged/)
    assert.equal(await readFile(join(folder, 'mcp.lock'), 'utf8'), text)
    exits(await lock('verify'), 1, /LAUNCH_FLOATING|floats/)
    exits(await lock('outdated'), 1, /tools/)
    exits(await lock('pin', '--yes', '--write-config'), 0, /wrote \.mcp\.json/)
    exits(await lock('verify'), 0, /API_TOKEN/)
  })

  test('an anonymous token is asked for, or one for the login that the configuration holds', async (t) => {
    registry.push('acme/private', 'latest')
    const { lock, folder } = await project(t, { private: `docker run -i ${registry.host}/acme/private` })
    registry.login = `Basic ${Buffer.from('me:secret').toString('base64')}`
    exits(await lock('pin', '--yes'), 3, /REGISTRY_AUTH/)
    const config = { auths: { [registry.host]: { auth: Buffer.from('me:secret').toString('base64') } }, credsStore: 'never-run' }
    await mkdir(join(folder, '../.docker'))
    await writeFile(join(folder, '../.docker/config.json'), JSON.stringify(config))
    registry.asked.length = 0
    exits(await lock('pin', '--yes'), 0, /1 tool/)
    assert.deepEqual(registry.asked, [
      '/v2/acme/private/manifests/latest anonymous',
      '/token Basic',
      '/v2/acme/private/manifests/latest Bearer',
    ])
  })

  test('other bytes than the digest says, other types, and what is not there', async (t) => {
    const digest = registry.push('acme/odd', '1')
    const { lock, folder } = await project(t, {
      odd: `docker run -i ${registry.host}/acme/odd:1`,
      none: `docker run -i ${registry.host}/acme/none`,
    })
    registry.behaviour = { swapped: '{"schemaVersion":2}' }
    exits(await lock('pin', 'odd', '--yes'), 1, /INTEGRITY_MISMATCH/)
    registry.behaviour = { type: 'text/html' }
    exits(await lock('pin', 'odd', '--yes'), 1, /PACKAGE_UNUSABLE: .*text\/html/)
    registry.behaviour = { redirect: 'http://registry.example/x' }
    exits(await lock('pin', 'odd', '--yes'), 3, /REGISTRY_UNREACHABLE: .*redirects/)
    registry.behaviour = { swapped: 'x'.repeat(4 * 1024 * 1024 + 1) }
    exits(await lock('pin', 'odd', '--yes'), 3, /REGISTRY_UNREACHABLE/)
    registry.behaviour = {}
    exits(await lock('pin', 'none', '--yes'), 3, /PACKAGE_NOT_FOUND/)
    await writeFile(
      join(folder, '.mcp.json'),
      JSON.stringify({ mcpServers: { odd: { command: 'docker', args: ['run', '-i', `${registry.host}/acme/odd@${digest}`] } } }),
    )
    exits(await lock('pin', '--yes'), 0, /1 tool/)
  })

  test('another image or option is another launch, and nothing is started', async (t) => {
    registry.push('acme/a', '1')
    registry.push('acme/b', '1')
    const { lock, folder, engine } = await project(t, { a: `docker run -i ${registry.host}/acme/a:1` })
    exits(await lock('pin', '--yes', '--write-config'), 0, /1 tool/)
    const config = await readFile(join(folder, '.mcp.json'), 'utf8')
    await rm(join(engine, 'said'))
    for (const [from, to] of [
      ['acme/a:', 'acme/b:'],
      ['"-i"', '"-i","--privileged"'],
      ['"-i"', '"-i","--odd"'],
      ['"docker"', '"podman"'],
      [/@sha256:\w{64}/, `@sha256:${'0'.repeat(64)}`],
    ] as const) {
      await writeFile(join(folder, '.mcp.json'), config.replace(from, to))
      const result = await lock('verify')
      assert.equal(result.exit, 1, `${to}\n${result.stdout}`)
    }
    await assert.rejects(readFile(join(engine, 'said')), 'the engine was not called')
  })

  test('update takes what the tag names now', async (t) => {
    registry.push('acme/moved', '1')
    const { lock, folder } = await project(t, { moved: `docker run -i ${registry.host}/acme/moved:1` })
    exits(await lock('pin', '--yes'), 0, /1 tool/)
    const digest = registry.push('acme/moved', '1', 'another')
    exits(await lock('update', 'moved', '--yes'), 0, /moved/)
    assert.deepEqual((await lockIn(folder)).servers['moved']?.source.image, { digest, name: `${registry.host}/acme/moved` })
    exits(await lock('verify'), 0, /moved/)
    const other = registry.push('acme/moved', '2')
    const file = join(folder, '.mcp.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace(/:1@sha256:\w{64}/, ':2'))
    exits(await lock('verify'), 1, /\+ .*moved:\{\+2\+\}/)
    exits(await lock('pin', '--yes', '--write-config'), 0, /1 tool|moved/)
    assert.match(await readFile(file, 'utf8'), new RegExp(`:2@${other}`))
    exits(await lock('verify'), 0, /moved/)
  })

  test('an engine that is down or missing is said to be', async (t) => {
    registry.push('acme/c', '1')
    const { lock, engine } = await project(t, { c: `docker run -i ${registry.host}/acme/c:1` })
    await writeFile(join(engine, 'down'), '')
    exits(await lock('pin', '--yes'), 3, /TOOL_MISSING: docker: Cannot connect/)
  })

  test('a minimum release age asks for a digest, for a registry gives no dates', async (t) => {
    registry.push('acme/d', '1')
    const { lock, folder } = await project(t, { d: `docker run -i ${registry.host}/acme/d:1` })
    await writeFile(join(folder, 'mcp-lock.yaml'), 'minimumReleaseAge: 3 days\n')
    exits(await lock('pin', '--yes'), 3, /RELEASE_UNDATED/)
  })
})
