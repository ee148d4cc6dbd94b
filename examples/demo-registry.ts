/**
 * A registry from its start to a revocation, with two real servers from npm: one published by its author's workflow, whose
 * identity comes from a Sigstore on the loopback, one listed by an observer with a key; approved, checked, run, revoked.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { startSigstore } from '../test/sigstore/sigstore.ts'

const [cli, server] = ['../cli/bin.cjs', '../registry-server/bin.cjs'].map((path) => fileURLToPath(new URL(path, import.meta.url)))
const ORIGIN = 'registry.demo/log'
const [AUTHORED, LISTED] = ['io.github.acme/memory', 'com.acme/sequential-thinking']

const folder = await realpath(await mkdtemp(join(tmpdir(), 'mcp-lock-demo-registry-')))
const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') }
const started: ChildProcess[] = []
await using sigstore = await startSigstore()
try {
  const people = { observer: await newKey('observer'), alice: await newKey('alice'), admin: await newKey('admin') }
  const rules = {
    publishers: [{ names: 'com.acme/*', role: 'observer', signers: [{ key: people.observer }] }],
    approvers: [{ person: 'alice', identities: [{ key: people.alice }] }],
    admins: [{ person: 'root', identities: [{ key: people.admin }] }],
    approvals: 1,
    github: { issuer: sigstore.issuers.ci.issuer },
  }

  say('A registry: SQLite in one file, keys of its own, on the loopback. Its configuration says who may do what.')
  const made = expect(await run(server, 'init', '--config', 'registry.yaml', '--origin', ORIGIN, '--listen', '127.0.0.1:0'), 0)
  const { registry: known } = parse(made.output.slice(made.output.indexOf('registry:'))) as { registry: object } // as `init` prints it
  const config = parse(await readFile(join(folder, 'registry.yaml'), 'utf8')) as object // as `init` writes it
  await write('trusted_root.json', JSON.stringify(sigstore.trustedRoot))
  await write('signing_config.json', JSON.stringify(sigstore.signingConfig({ rekor: 2, tsa: true })))
  await write('registry.yaml', stringify({ ...config, ...rules, sigstore: { trustedRoot: 'trusted_root.json' } }))
  const { child: registry, url } = await serve()
  await write(
    'mcp-lock.yaml',
    stringify({
      sigstore: { trustedRoot: 'trusted_root.json', signingConfig: 'signing_config.json' },
      registry: { ...known, url, ...rules },
      servers: { memory: { registry: AUTHORED } },
    }),
  )

  say('A project with a server from npm. Pin it.')
  await write(
    '.mcp.json',
    JSON.stringify({ mcpServers: { memory: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-memory'] } } }),
  )
  expect(await run(cli, 'pin', '--yes', '--write-config'), 0)

  say("Its author publishes it, as a workflow of GitHub: the identity is Sigstore's, here one on the loopback.")
  const token = sigstore.issuers.ci.token()
  expect(await run(cli, 'publish', AUTHORED, '--from-lock', 'memory', '--yes', { SIGSTORE_ID_TOKEN: token }), 0)
  say("The team lists somebody else's server as an observer, with a key.")
  const listed = ['--', 'npx', '-y', '@modelcontextprotocol/server-sequential-thinking']
  expect(await run(cli, 'publish', LISTED, '--key', 'observer.pem', '--yes', ...listed), 0)

  say('Published is not approved.')
  expect(await run(cli, 'check', '--no-live'), 4)
  say('Alice approves the first one. She sees all of it before she signs; here the first lines.')
  const version = await versionOf('memory')
  expect(await run(cli, 'approve', `${AUTHORED}@${version}`, '--key', 'alice.pem', '--yes', { LINES: '12' }), 0)
  say('Now the check passes, against lock, registry and the server itself; and run starts it.')
  expect(await run(cli, 'check'), 0)
  await talk()

  say('Somebody finds malice in it. An admin revokes it.')
  const reason = ['--reason', 'malicious', '--text', 'sends notes away']
  expect(await run(cli, 'revoke', `${AUTHORED}@${version}`, '--key', 'admin.pem', '--yes', ...reason), 0)
  const revoked = performance.now()
  expect(await run(cli, 'check', '--no-live'), 4)
  const checked = performance.now()
  expect(await run(cli, 'run', 'memory'), 4)
  const ran = performance.now()
  console.log(`\ncheck refused it ${took(checked - revoked)} after the revocation, run ${took(ran - checked)} after it was asked`)

  say('The log: every record is signed, in its place, and what the status says.')
  expect(await run(cli, 'registry', 'verify-log'), 0)
  registry.kill('SIGTERM')
  await once(registry, 'close')
  expect(await run(server, 'verify-log', '--config', 'registry.yaml'), 0)
  say(
    `All ${started.length} processes have ended: ${started.every(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null)}.`,
  )
} finally {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true })
}

function say(text: string): void {
  console.log(`\n# ${text}`)
}

function took(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(2)} s`
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(join(folder, file), text)
}

/** Writes a private key, and returns the public one. */
async function newKey(name: string): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  await writeFile(join(folder, `${name}.pem`), privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
  return publicKey.export({ format: 'pem', type: 'spki' }).toString()
}

type Outcome = { readonly status: number | null; readonly output: string }

function expect(outcome: Outcome, wanted: number): Outcome {
  console.log(`exit status ${outcome.status}`)
  if (outcome.status !== wanted) throw new Error(`expected exit status ${wanted}, got ${outcome.status}`)
  return outcome
}

function start(program: string | undefined, words: readonly string[], more: NodeJS.ProcessEnv, stdin: 'ignore' | 'pipe'): ChildProcess {
  const name = program === cli ? 'mcp-lock' : 'mcp-lock-registry'
  console.log(`$ ${name} ${words.map((word) => (/^[\w@./:=-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`)
  const child = spawn(process.execPath, [program ?? '', ...words], {
    cwd: folder,
    env: { ...env, ...more },
    stdio: [stdin, 'pipe', 'inherit'],
  })
  started.push(child)
  return child
}

/** Words, and at their end variables of the run; `LINES` is how much of its output is shown. */
async function run(program: string | undefined, ...words: readonly (string | NodeJS.ProcessEnv)[]): Promise<Outcome> {
  const { LINES, ...more } = words.filter((word) => typeof word !== 'string').at(0) ?? {}
  const child = start(
    program,
    words.filter((word) => typeof word === 'string'),
    more,
    'ignore',
  )
  let output = ''
  let left = LINES === undefined ? 40 : Number(LINES)
  if (child.stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    output += `${line}\n`
    if (left-- > 0) console.log(line)
  }
  if (left < 0) console.log(`… ${-left} more lines`)
  if (child.exitCode === null) await once(child, 'close')
  return { status: child.exitCode, output }
}

/** The registry, once it answers. */
async function serve(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [server ?? '', 'serve', '--config', 'registry.yaml'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  started.push(child)
  console.log('$ mcp-lock-registry serve --config registry.yaml &')
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url === undefined) continue
    console.log(line)
    return { child, url }
  }
  throw new Error('the registry did not start')
}

async function versionOf(name: string): Promise<string> {
  const { servers } = JSON.parse(await readFile(join(folder, 'mcp.lock'), 'utf8')) as {
    servers: { [name: string]: { source: { package?: { version: string } } } }
  }
  return servers[name]?.source.package?.version ?? ''
}

/** What a client does: starts the server through `run`, and asks it what it offers. */
async function talk(): Promise<void> {
  const child = start(cli, ['run', 'memory'], {}, 'pipe')
  const clientInfo = { name: 'demo', version: '1.0.0' }
  const hello = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } }
  child.stdin?.write(`${JSON.stringify(hello)}\n`)
  if (child.stdout === null) throw new Error('no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const { result } = JSON.parse(line) as { result?: { serverInfo?: { name: string; version: string } } }
    console.log(`the server answers: ${result?.serverInfo?.name} ${result?.serverInfo?.version}`)
    break
  }
  child.stdin?.end()
  child.kill('SIGTERM')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
}
