/** The queue in PostgreSQL, in the database of the store, for several replicas. */
import { openPostgres } from '../postgres-database.ts'
import type { PostgresOptions } from '../postgres.ts'
import type { Delivery, DeliveryQueue } from './queue.ts'

/** @throws LockError as `postgresStore` */
export async function postgresDeliveries({ url, connections = 4, ...opening }: PostgresOptions): Promise<DeliveryQueue> {
  const { ask, transaction, close } = await openPostgres(url, connections, opening)
  return {
    take: (target, { size, now, until, limit }) =>
      transaction(async (within) => {
        // Who has the cursor queues for the target; the others wait, and see in the statements after it what was queued.
        const [, , , , taken] = await Promise.all([
          within('insert into delivery_cursors values ($1, $2) on conflict do nothing', [target, size]),
          within('select next from delivery_cursors where target = $1 for update', [target]),
          within(
            `insert into deliveries select target, idx, 0, $3, $3
             from delivery_cursors, generate_series(next, $2::bigint - 1) as places (idx) where target = $1`,
            [target, size, now],
          ),
          within('update delivery_cursors set next = $2 where target = $1 and next < $2', [target, size]),
          within<Delivery>(
            `update deliveries set due = $3, attempts = attempts + 1
             where target = $1 and idx in (select idx from deliveries where target = $1 and due <= $2 order by due, idx limit $4)
             returning idx as index, attempts, since`,
            [target, now, until, limit],
          ),
        ])
        return taken
      }),
    settle: async (target, index, due) => {
      if (due === null) await ask('delete from deliveries where target = $1 and idx = $2', [target, index])
      else await ask('update deliveries set due = $3 where target = $1 and idx = $2', [target, index, due])
    },
    close,
  }
}
