/** The rows of the table, by name: what may be asked for with `--only`. */

export const ROWS = {
  publish: 'records published, as fast as it goes',
  consume: 'records read: new ones as they come, and old ones from disk',
  latency: 'from publishing to reading at half of the rate that the peer, or the slower side, can do',
  kv: 'keys put and read',
  queue: 'jobs enqueued, received, acknowledged',
  failover: 'from the end of a leader until its partition takes writes again',
  idle: 'processor time and memory of partitions that nobody uses',
  size: 'FlowMesh itself, with more partitions and more data',
} as const;

export type Row = keyof typeof ROWS;
/** Those that are made of pairs of runs. */
export type ContestRow = Exclude<Row, 'failover' | 'idle' | 'size'>;

export const ROW_NAMES = Object.keys(ROWS) as readonly Row[];

export function isRow(name: string): name is Row {
  return Object.hasOwn(ROWS, name);
}
