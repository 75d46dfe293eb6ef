/** A record as it lies on a log; `value` is one `ClickRecord` as UTF-8 JSON, or whatever else somebody put there. */
export interface LogRecord {
  readonly offset: number
  readonly value: Uint8Array
}

/** Where a partition begins, and the offset that its next record will have. */
export interface Bounds {
  readonly low: number
  readonly high: number
}

export interface ConsumeOptions {
  /** Consumers with one name share the partitions out among them; whoever keeps other offsets has another name. */
  readonly group?: () => Promise<string>
  /**
   * Where to begin a partition that was just assigned; `'earliest'`: the oldest record that is still there, which is
   * also where an offset below it begins. `end` reads the offset that the partition's next record will have: a stored
   * offset beyond it belongs to records that the log has lost, and only `'earliest'` is right then.
   */
  readonly startAt: (partition: number, end: () => Promise<number>) => Promise<number | 'earliest'>
  /**
   * Called with the records of one partition in order, never twice at once for one partition, with an empty batch
   * when the end was reached. Resolves to the offset to read next. If it rejects, the partition is begun anew with
   * `startAt` after a pause.
   */
  readonly handle: (partition: number, records: readonly LogRecord[]) => Promise<number>
  /** Told which partitions are this consumer's whenever that changes. A lost connection changes nothing yet. */
  readonly assigned?: (partitions: readonly number[]) => void
}

/**
 * The log between redirect and analytics. Records of one `publish` stay together; between partitions there is no
 * order. Delivery is at least once: what is counted twice is found by the click's id.
 */
export interface ClickLog extends AsyncDisposable {
  /** Names the log for ever: offsets are kept per cluster. */
  readonly cluster: () => Promise<string>
  /** Resolves when the records are durable, rejects if they may not be. Each call goes to the next partition. */
  readonly publish: (records: readonly Uint8Array[]) => Promise<void>
  /** Reads until the consumer, or the log, is disposed. Partitions are shared out among a group. */
  readonly consume: (options: ConsumeOptions) => AsyncDisposable
  /** Of each partition as they are now, whether anybody reads it or not. */
  readonly bounds: () => Promise<ReadonlyMap<number, Bounds>>
}
