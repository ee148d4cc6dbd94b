/** Questions to the person at the terminal, on stderr. */
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { LockError } from '../../core/codes/errors.ts'

/** How long to take in what was typed before the question was there: that is no answer to it. */
const TYPED_AHEAD = 50

/** The line that is typed; '' at the end of input, which is no yes. @throws LockError `INTERRUPTED` */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process
  const drop = (): void => {}
  stdin.on('data', drop)
  await setTimeout(TYPED_AHEAD)
  stdin.off('data', drop)
  stdin.pause()
  return answer(stderr, (lines) => lines.question(question, { signal }))
}

/** The same without an echo, for passphrases: what is typed is neither shown nor kept. @throws LockError `INTERRUPTED` */
export function askHidden(question: string, signal: AbortSignal): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  return answer(nowhere, async (lines) => {
    // The terminal echoes no more from here on; only now may somebody be asked to type.
    await setTimeout(TYPED_AHEAD, undefined, { signal })
    lines.write(null, { ctrl: true, name: 'e' })
    lines.write(null, { ctrl: true, name: 'u' })
    process.stderr.write(question)
    const typed = await lines.question('', { signal })
    process.stderr.write('\n')
    return typed
  })
}

type Lines = ReturnType<typeof createInterface>

async function answer(output: NodeJS.WritableStream, read: (lines: Lines) => Promise<string>): Promise<string> {
  const { stdin, stderr } = process
  if (stdin.readableEnded) return ''
  const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 })
  // While it reads, Ctrl-C is a key and no signal.
  const closed = new Promise<null>((resolve, reject) => {
    lines.once('close', () => resolve(null))
    lines.once('SIGINT', () => reject(new Error('Ctrl-C')))
  })
  try {
    const typed = await Promise.race([read(lines), closed])
    if (typed === null) stderr.write('\n')
    return typed ?? ''
  } catch (cause) {
    stderr.write('\n')
    throw new LockError('INTERRUPTED', 'stopped at a question', { cause })
  } finally {
    lines.close()
  }
}
