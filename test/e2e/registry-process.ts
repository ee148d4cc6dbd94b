/** A registry as it is run, `mcp-lock-registry serve --config …`, in a process of its own. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { registryBundle } from './registry-bundle.ts'
import { logKey, ORIGIN, pemOf, rules, statusKey } from '../registry-fixtures.ts'

export type Storage = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string }

export type Replica = {
  /** Where it listens now; null while it does not. */
  readonly url: () => string | null
  readonly start: () => Promise<void>
  /** Nothing of it goes on until it is resumed, or killed. */
  readonly pause: () => void
  readonly resume: () => void
  /** `kill -9` */
  readonly kill: () => Promise<void>
  /** With all that it has. */
  readonly end: () => Promise<void>
}

type Process = ChildProcessByStdio<Writable, Readable, null>

const END_WITH_PARENT = new URL('end-with-parent.ts', import.meta.url).href

/** With the keys of the fixtures of whoever calls. */
export function replica(storage: Storage): Replica {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-lock-replica-'))
  const config = join(folder, 'registry.yaml')
  const secret = (name: string, text: string): { file: string } => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return { file: name }
  }
  const most = { perSecond: 1e6, burst: 1e6 }
  const { publishers, approvers, admins, approvals } = rules
  writeFileSync(
    config,
    // YAML too.
    JSON.stringify({
      listen: '127.0.0.1:0',
      store: storage.kind === 'sqlite' ? { sqlite: storage.file } : { postgres: secret('database', storage.url) },
      log: { origin: ORIGIN, key: secret('log.pem', pemOf(logKey)) },
      status: { key: secret('status.pem', pemOf(statusKey)) },
      publishers,
      approvers,
      admins,
      approvals,
      limits: { verifyThreads: 1, verifyQueue: 10_000, openPerAddress: 10_000, reads: most, writes: most },
      logLevel: 'error',
    }),
  )
  const { program, compiled } = registryBundle()
  let child: Process | null = null
  let url: string | null = null
  const kill = async (): Promise<void> => {
    url = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  return {
    url: () => url,
    start: async () => {
      child = spawn(process.execPath, ['--import', END_WITH_PARENT, program, 'serve', '--init', '--config', config], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env, NODE_COMPILE_CACHE: compiled },
      })
      // It may be killed before it reads.
      child.stdin.on('error', () => {})
      url = await addressOf(child)
      child.stdin.write('\n')
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    kill,
    end: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function addressOf({ stdout }: Process): Promise<string> {
  let said = ''
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    said += String(chunk)
    const found = /answers at (\S+)\n/.exec(said)?.[1]
    if (found !== undefined) return found
  }
  throw new Error('the registry has ended')
}
