/** A real repository with one server, whose lock is signed on main. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Repository } from '../repository.ts'
import { exits } from '../world.ts'

export const BUNDLE = 'mcp.lock.sigstore.json'

/** It leaves a mark when it is started. */
const SERVER = `import { createInterface } from 'node:readline'
import { appendFileSync } from 'node:fs'
appendFileSync(new URL('started', import.meta.url), 'x')
const results = {
  initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'notes', version: '1.0.0' } },
  'tools/list': { tools: [{ name: 'save', description: 'Save a note.', inputSchema: { type: 'object' } }] },
}
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line)
  if (id === undefined) return
  const answer = method in results ? { result: results[method] } : { error: { code: -32601, message: 'no' } }
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
})
`
const CONFIG = `${JSON.stringify({ mcpServers: { notes: { command: 'node', args: ['./notes.mjs'] } } })}\n`
/** All but the policy. */
export const PROJECT = { '.mcp.json': CONFIG, 'notes.mjs': SERVER, '.gitignore': 'started\n' }

type Files = { readonly [path: string]: string }

export class SignedRepository {
  readonly repository: Repository
  readonly sign: () => Promise<void>

  constructor(repository: Repository, sign: (repository: Repository) => Promise<void>) {
    this.repository = repository
    this.sign = () => sign(repository)
  }

  /** @param files a policy among them */
  static async make(
    t: Pick<TestContext, 'after'>,
    files: Files,
    sign: (repository: Repository) => Promise<void>,
  ): Promise<SignedRepository> {
    const repository = await Repository.make(t, { ...PROJECT, ...files })
    const isNamed = files['mcp-lock.yaml']?.includes('signers') === true
    exits(await repository.run('pin --yes'), 0, isNamed ? /not signed yet: mcp-lock sign/ : /wrote mcp\.lock/)
    const project = new SignedRepository(repository, sign)
    await project.sign()
    await repository.commit('main')
    return project
  }

  read(path: string): Promise<string> {
    return readFile(join(this.repository.folder, path), 'utf8')
  }

  /** Another tool, pinned. */
  async change(description: string): Promise<void> {
    const server = (await this.read('notes.mjs')).replace(/description: '[^']*'/, `description: '${description}'`)
    await this.repository.write({ 'notes.mjs': server })
    exits(await this.repository.run('pin --yes'), 0, /its signature is of the lock before; to sign this one: mcp-lock sign/)
  }

  /** Whether it ends so, and says just these codes of signature and policy. */
  async verify(exit: number, flags = '--base main', ...codes: readonly string[]): Promise<void> {
    await this.repository.write(this.repository.has('started') ? { started: null } : {})
    const { stdout } = exits(await this.repository.run(`verify --format json${flags === '' ? '' : ` ${flags}`}`), exit)
    const { locks } = JSON.parse(stdout) as { locks: { findings: { code: string }[] }[] }
    const found = locks.flatMap(({ findings }) => findings.map(({ code }) => code))
    assert.deepEqual(found, codes, stdout)
    // Where trust failed, nothing has started.
    if (exit === 4) assert.ok(!this.repository.has('started'))
  }

  async merge(branch: string): Promise<void> {
    await this.repository.commit()
    await this.repository.git('switch', '-q', 'main')
    await this.repository.git('merge', '-q', '--ff-only', branch)
  }
}
