/** `migrate`: whoever opens a store brings it to this version. */
import { loadSigner, openStore } from './load.ts'
import { readConfig, type World } from './world.ts'

export async function migrate(file: string, world: World): Promise<void> {
  const read = await readConfig(file, world)
  const store = await openStore(read, await loadSigner(read, world), world)
  const { size } = await store.head()
  await store.close()
  world.out(`the database is of this version, with ${size} records\n`)
}
