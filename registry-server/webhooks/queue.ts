/** What targets have yet to be told, kept beside the log. The log itself is what there is to tell; a queue keeps places in it. */

export type Delivery = {
  /** Of the record. */
  readonly index: number
  /** This one included. */
  readonly attempts: number
  /** When it was queued, in milliseconds of the epoch. */
  readonly since: number
}

export type Taking = {
  /** Of the log. */
  readonly size: number
  /** Milliseconds of the epoch. */
  readonly now: number
  /** Until then nobody else gets what is taken. */
  readonly until: number
  readonly limit: number
}

export type DeliveryQueue = {
  /**
   * One transaction: queues for a target the records that the log has got since it was last asked, and takes of those
   * that are due. A target that is new begins with the next record.
   */
  take(target: string, taking: Taking): Promise<readonly Delivery[]>
  /** Due again, in milliseconds of the epoch; null: never. */
  settle(target: string, index: number, due: number | null): Promise<void>
  close(): Promise<void>
}
