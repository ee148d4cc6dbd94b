/** A real git repository in a folder that goes when the test ends, and what a test does with it. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import { formatLock, sealPin, withPins, type Pin } from '../core/lock/lockfile.ts'
import { lockIn, run, temporary, type Run, type Settings } from './world.ts'

export class Repository {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  static async make(t: Pick<TestContext, 'after'>, files: { readonly [path: string]: string }): Promise<Repository> {
    const repository = new Repository(join(await temporary(t), 'repository'))
    await mkdir(repository.folder)
    await repository.git('init', '-q', '-b', 'main')
    await repository.write(files)
    return repository
  }

  async git(...args: readonly string[]): Promise<string> {
    const own = ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'commit.gpgsign=false', '-c', 'protocol.file.allow=always']
    return (await promisify(execFile)('git', [...own, ...args], { cwd: this.folder })).stdout.trim()
  }

  /** Null removes a file. */
  async write(files: { readonly [path: string]: string | null }): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.folder, path)
      await mkdir(dirname(file), { recursive: true })
      await (text === null ? rm(file, { recursive: true }) : writeFile(file, text))
    }
  }

  async commit(message = 'a change'): Promise<void> {
    await this.git('add', '--all')
    await this.git('commit', '-q', '--allow-empty', '-m', message)
  }

  async branch(name: string): Promise<void> {
    await this.git('switch', '-q', '-c', name)
  }

  /** Changes pins as somebody would who writes a lock by hand: in form, with digests that hold. */
  async editLock(edit: (pins: { readonly [name: string]: Pin }) => { readonly [name: string]: Omit<Pin, 'digest'> }): Promise<void> {
    const lock = await lockIn(this.folder)
    const pins = Object.fromEntries(Object.entries(edit(lock.servers)).map(([name, pin]) => [name, sealPin(pin)]))
    await this.write({ 'mcp.lock': formatLock(withPins(lock, pins)) })
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path))
  }

  run(line: string, settings: Settings = {}): Promise<Run> {
    return run(this.folder, line.split(' '), settings)
  }
}
