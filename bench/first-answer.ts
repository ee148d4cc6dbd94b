/** How long a stdio server takes to its first answer, as a client sees it: from the start of the process. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Command } from './pairs.ts'
import { median } from './pairs.ts'

const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
}

/** The median of each command, started in turn. */
export async function firstAnswers(commands: readonly Command[], rounds: number): Promise<number[]> {
  const times: number[][] = commands.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [i, command] of commands.entries()) {
      const time = await firstAnswer(command)
      if (round > 0) times[i]?.push(time)
    }
  }
  return times.map(median)
}

async function firstAnswer({ argv, cwd }: Command): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, argv, { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  child.stdin.write(`${JSON.stringify(HELLO)}\n`)
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => {
      throw new Error(`${argv.join(' ')} ended without an answer`)
    }),
  ])
  const time = performance.now() - start
  child.stdin.end()
  await ended
  return time
}
