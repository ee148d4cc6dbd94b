/** `migrate`: whoever opens a store brings it to this version. */
import { openStore } from './load.ts'
import { readConfig, type World } from './world.ts'

export async function migrate(file: string, world: World): Promise<void> {
  const store = await openStore(await readConfig(file, world), world)
  const { size } = await store.head()
  await store.close()
  world.out(`the database is of this version, with ${size} records\n`)
}
