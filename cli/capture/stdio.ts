/** A server that is a program: messages are lines on its stdin and stdout (MCP transports, stdio). */
import spawn from 'cross-spawn'
import type { ChildProcess } from 'node:child_process'
import { LockError } from '../../core/codes/errors.ts'
import { parseStrictBytes, type Json } from '../../core/json/json.ts'
import { displaySafe } from '../../core/text.ts'
import type { Channel, Wire } from './channel.ts'
import type { Limits } from './limits.ts'
import { redact } from './redact.ts'
import { markedEnvironment, ProcessTree } from '../world/process-tree.ts'

export type Program = {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: { readonly [name: string]: string }
  /** Values that never appear in a message of ours. */
  readonly secrets: readonly string[]
}

/** Bytes of stderr that are kept, and characters of it that are shown: its end, where the reason stands. */
const STDERR_TAIL = 8_000
const STDERR_SHOWN = 600
const NEWLINE = 0x0a
const OBJECT = 0x7b
const ARRAY = 0x5b

/**
 * Starts the program and feeds what it says to the channel. Nothing that it starts outlives `close`.
 * @throws LockError `SERVER_START_FAILED` for words that no program can be started with
 */
export function startProgram(program: Program, channel: Channel, limits: Limits, platform: NodeJS.Platform): Wire {
  const { cookie, env } = markedEnvironment(program.env)
  const child = start(program, env, platform)
  const tree = child.pid === undefined ? null : new ProcessTree(child.pid, cookie, platform)
  const stderr = tail(STDERR_TAIL)
  const exited = new Promise<void>((resolve) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      channel.fail(new LockError('SERVER_START_FAILED', `\`${program.command}\`: ${cause.code ?? 'cannot be started'}`, { cause }))
      resolve()
    })
    child.once('exit', () => resolve())
    child.once('close', (code: number | null, signal: string | null) => {
      // Frames of a stack would take the place of what went wrong.
      const said = redact(stderr.text(), program.secrets).replaceAll(/^ +at .*\n/gm, '')
      const how = signal === null ? `exit status ${code}` : `signal ${signal}`
      channel.fail(
        new LockError(
          'SERVER_EXITED',
          `the program ended with ${how}${said === '' ? '' : `; it last said: ${displaySafe(said.slice(-STDERR_SHOWN))}`}`,
        ),
      )
    })
  })
  const lines = lineReader(limits, (line) => {
    const message = readLine(line)
    if (message !== undefined) channel.receive(message)
  })
  child.stdout?.on('data', (chunk: Buffer) => {
    try {
      lines(chunk)
    } catch (error) {
      child.stdout?.destroy()
      channel.fail(error)
    }
  })
  child.stderr?.on('data', stderr.add)
  child.stdin?.on('error', () => {})
  return {
    send: (message) => void child.stdin?.write(`${JSON.stringify(message)}\n`),
    close: async () => {
      if (tree === null) return
      await tree.end(exited, () => child.stdin?.end())
      child.stdout?.destroy()
      child.stderr?.destroy()
    },
  }
}

function start({ command, args, cwd }: Program, env: { readonly [name: string]: string }, platform: NodeJS.Platform): ChildProcess {
  try {
    return spawn(command, [...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], detached: platform !== 'win32', windowsHide: true })
  } catch (cause) {
    throw new LockError('SERVER_START_FAILED', 'its command, arguments, folder or environment cannot be handed to a program', { cause })
  }
}

/** The message on a line, or undefined for what is no message: programs print to stdout too. */
function readLine(line: Buffer): Json | undefined {
  const start = line.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0d)
  if (start !== OBJECT && start !== ARRAY) return undefined
  try {
    return parseStrictBytes(line)
  } catch (error) {
    // What only a strict reader refuses, another client might take for an answer.
    const isNoise = error instanceof LockError && error.code === 'JSON_INVALID' && !line.includes('"jsonrpc"')
    if (isNoise) return undefined
    throw error
  }
}

function lineReader(limits: Limits, onLine: (line: Buffer) => void): (chunk: Buffer) => void {
  let held: Buffer[] = []
  let size = 0
  let total = 0
  const emit = (): void => {
    const line = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held)
    held = []
    size = 0
    onLine(line)
  }
  return (chunk) => {
    total += chunk.length
    if (total > limits.total) throw new LockError('ANSWER_TOO_LARGE', `more than ${limits.total} bytes on stdout`)
    let at = 0
    while (at < chunk.length) {
      const end = chunk.indexOf(NEWLINE, at)
      const piece = chunk.subarray(at, end < 0 ? chunk.length : end)
      size += piece.length
      if (size > limits.message) throw new LockError('ANSWER_TOO_LARGE', `a line of more than ${limits.message} bytes on stdout`)
      held.push(piece)
      if (end < 0) return
      emit()
      at = end + 1
    }
  }
}

/** Keeps the last bytes of a stream that may be endless. */
function tail(limit: number): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  let kept = Buffer.alloc(0)
  return {
    add: (chunk) => {
      kept = Buffer.concat([kept, chunk.subarray(-limit)]).subarray(-limit)
    },
    text: () => kept.toString('utf8').trim(),
  }
}
