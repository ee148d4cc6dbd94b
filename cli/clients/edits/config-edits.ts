/** Several client configs changed together: all of them, or none. */
import { LockError } from '../../../core/codes/errors.ts'
import { displaySafe } from '../../../core/text.ts'
import { readTextFile, writeFileAtomic } from '../../world/files.ts'
import { MAX_CONFIG } from '../read.ts'

export type ConfigEdit = {
  /** As it is shown. */
  readonly file: string
  readonly path: string
  readonly before: string
  readonly after: string
}

/**
 * @returns the files that were written
 * @throws LockError `FILE_REFUSED`, with the old texts in their places again
 */
export async function writeEdits(edits: readonly ConfigEdit[]): Promise<string[]> {
  const done: ConfigEdit[] = []
  for (const edit of edits) {
    try {
      await writeFileAtomic(edit.path, edit.after)
      done.push(edit)
    } catch (error) {
      throw await undone(done, error)
    }
  }
  return done.map(({ file }) => file)
}

/** Puts the old texts back, but for a file that somebody else has changed since. The error then says which. */
export async function undone(edits: readonly ConfigEdit[], error: unknown): Promise<unknown> {
  const left: string[] = []
  for (const { file, path, before, after } of edits) {
    const isOurs = (await readTextFile(path, MAX_CONFIG).catch(() => null)) === after
    const isBack = isOurs && (await writeFileAtomic(path, before).catch(() => false))
    if (!isBack) left.push(displaySafe(file, 200))
  }
  if (left.length === 0 || !(error instanceof LockError)) return error
  return new LockError(error.code, `${error.message}; the new versions are left in ${left.join(', ')}`, { cause: error })
}
