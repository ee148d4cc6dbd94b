/** `verify-log`: whether the log, the decisions and the status are what the records say. */
import { LockError } from '../../core/codes/errors.ts'
import { displaySafe } from '../../core/text.ts'
import { auditLog } from '../audit.ts'
import { loadPolicy, loadSigner, openStore } from './load.ts'
import { readConfig, type World } from './world.ts'

const MOST = 100

/** @throws LockError `LOG_BROKEN`, after it has said what is wrong */
export async function verifyLog(file: string, world: World): Promise<void> {
  const read = await readConfig(file, world)
  const policy = await loadPolicy(read)
  const store = await openStore(read, await loadSigner(read, world), world)
  try {
    const { size, problems } = await auditLog(store, policy)
    for (const problem of problems.slice(0, MOST)) world.out(`${displaySafe(problem, 1000)}\n`)
    if (problems.length > 0) throw new LockError('LOG_BROKEN', `${problems.length} problems in ${size} records`)
    world.out(`${size} records: every hash, signature, digest, decision and the status are what they must be\n`)
  } finally {
    await store.close()
  }
}
