/** Whole processes timed in turn, so that a change of the machine's speed meets all of them alike. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Node, or another program, of which only the time is known. */
export type Command = { readonly program?: string; readonly argv: readonly string[]; readonly cwd?: string }
/** Wall time, processor time of all its threads, and peak resident memory. */
export type Figures = { readonly milliseconds: number; readonly processor: number; readonly megabytes: number }

/** The median of each command's figures. */
export async function inTurn(commands: readonly Command[], rounds: number): Promise<Figures[]> {
  const runs: Figures[][] = commands.map(() => [])
  for (let round = 0; round <= rounds; round++) {
    for (const [i, command] of commands.entries()) {
      const figures = await run(command)
      if (round > 0) runs[i]?.push(figures)
    }
  }
  return runs.map((all) => ({
    milliseconds: median(all.map(({ milliseconds }) => milliseconds)),
    processor: median(all.map(({ processor }) => processor)),
    megabytes: median(all.map(({ megabytes }) => megabytes)),
  }))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** Each process reports its own usage when it ends. */
const REPORT = fileURLToPath(new URL('usage.cjs', import.meta.url))

async function run({ program, argv, cwd }: Command): Promise<Figures> {
  const start = performance.now()
  const [file, words] = program === undefined ? [process.execPath, ['--require', REPORT, ...argv]] : [program, argv]
  const child = spawn(file, words, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${said.slice(-500)}`)
  const milliseconds = performance.now() - start
  if (program !== undefined) return { milliseconds, processor: Number.NaN, megabytes: Number.NaN }
  const [, processor, megabytes] = /usage=([\d.]+) ms, ([\d.]+) MB/.exec(said) ?? []
  if (processor === undefined || megabytes === undefined) throw new Error(`${argv.join(' ')} did not say what it used`)
  return { milliseconds, processor: Number(processor), megabytes: Number(megabytes) }
}
