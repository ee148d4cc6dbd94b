/** A log's checkpoint: a signed note (C2SP signed-note, tlog-checkpoint), as strictly as these say. */
import { LockError } from '../codes/errors.ts'

/** Origin, size, root, whatever else the log says; an empty line; signatures. */
const CHECKPOINT =
  /^([^\n]+)\n(0|[1-9]\d{0,18})\n([A-Za-z\d+/]{43}=)\n(?:[^\n]+\n)*\n((?:\u2014 [^\s+]+ (?:[A-Za-z\d+/]{4})+(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?\n)+)$/

export type Checkpoint = {
  readonly origin: string
  readonly size: string
  readonly root: Buffer
  readonly signatures: readonly { readonly name: string; readonly bytes: Buffer }[]
}

/** @throws LockError `LOG_ENTRY_INVALID` */
export function parseCheckpoint(note: string): Checkpoint {
  const [, origin, size, root, lines] = CHECKPOINT.exec(note) ?? []
  if (origin === undefined || size === undefined || root === undefined || lines === undefined)
    throw new LockError('LOG_ENTRY_INVALID', 'the checkpoint of the log has not the right form')
  const signatures = lines
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([, name = '', base64 = '']) => ({ name, bytes: Buffer.from(base64, 'base64') }))
  return { origin, size, root: Buffer.from(root, 'base64'), signatures }
}
