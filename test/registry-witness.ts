/** A witness (C2SP tlog-witness) of one log, for tests: over HTTP, with its last head in a file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { LockError } from '../core/codes/errors.ts'
import {
  checkConsistency,
  formatNote,
  noteSigner,
  openCheckpoint,
  parseNote,
  signNote,
  type Checkpoint,
  type NoteSigner,
  type NoteVerifier,
} from '../core/registry/index.ts'

type Answer = { readonly status: number; readonly body?: string; readonly type?: string }
type Seen = { readonly size: number; readonly root: string }

export type TestWitness = AsyncDisposable & {
  readonly url: string
  readonly verifier: NoteVerifier
  /** What it has cosigned last. */
  readonly seen: () => Seen
}

export async function startWitness(name: string, pem: string, log: NoteVerifier): Promise<TestWitness> {
  const folder = mkdtempSync(join(tmpdir(), 'witness-'))
  const file = join(folder, 'head.json')
  writeFileSync(file, JSON.stringify({ size: 0, root: '' }))
  const signer = noteSigner(name, 'cosignature', pem)
  const seen = (): Seen => JSON.parse(readFileSync(file, 'utf8')) as Seen
  // From here to the file it is one step, so no other request comes between.
  const add = (body: string): Answer => {
    const { answer, head } = judge(body, log, signer, seen())
    if (head !== null) writeFileSync(file, JSON.stringify({ size: head.size, root: Buffer.from(head.root).toString('base64') }))
    return answer
  }
  const server = createServer(async (request, response) => {
    const answer = request.url === '/add-checkpoint' && request.method === 'POST' ? add(await text(request)) : { status: 404 }
    response.writeHead(answer.status, { 'content-type': answer.type ?? 'text/plain' }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    verifier: signer,
    seen,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
      rmSync(folder, { recursive: true })
    },
  }
}

/** In the order of the specification. */
function judge(body: string, log: NoteVerifier, signer: NoteSigner, last: Seen): { answer: Answer; head: Checkpoint | null } {
  const refuse = (status: number, text = '', type = 'text/plain'): { answer: Answer; head: null } => ({
    answer: { status, body: text, type },
    head: null,
  })
  const split = body.indexOf('\n\n')
  const [first = '', ...lines] = body.slice(0, split).split('\n')
  const old = Number(/^old (0|[1-9]\d{0,15})$/.exec(first)?.[1])
  if (split < 0 || Number.isNaN(old) || lines.length > 63) return refuse(400)
  const note = body.slice(split + 2)
  if (note.split('\n')[0] !== log.name) return refuse(404)
  let opened: ReturnType<typeof openCheckpoint>
  try {
    opened = openCheckpoint(note, log)
  } catch (error) {
    if (error instanceof LockError) return refuse(403)
    throw error
  }
  const { size, root } = opened
  if (old > size) return refuse(400)
  if (old !== last.size) return refuse(409, `${last.size}\n`, 'text/x.tlog.size')
  if (old === size && old > 0 && Buffer.from(root).toString('base64') !== last.root) return refuse(409)
  const proof = lines.map((line) => Buffer.from(line, 'base64'))
  const isConsistent = old === 0 ? proof.length === 0 : checkConsistency(old, size, proof, Buffer.from(last.root, 'base64'), root)
  if (!isConsistent) return refuse(422)
  const { text } = parseNote(note)
  const cosignature = signNote(text, signer, Math.floor(Date.now() / 1000))
  const whole = formatNote({ text, signatures: [cosignature] })
  return { answer: { status: 200, body: whole.slice(text.length + 1) }, head: { origin: log.name, size, root } }
}
