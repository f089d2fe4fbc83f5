/**
 * What clients of Kafka told while leaders were killed, and how soon each had recovered: its first acknowledgement, or first record read, of
 * what was sent to a partition after its leader was killed. The worst of the partitions that the killed node led counts.
 *
 *   running · error WORDS · acked PARTITION OFFSET NUMBER SENT NOW · read PARTITION OFFSET NUMBER SENT NOW      times in ms, monotonic
 */

interface Kill {
  readonly atMs: number;
  readonly partitions: number;
  readonly waiting: Set<number>;
  tookMs: number;
}

export class ClientStory {
  readonly name: string;
  running = false;
  /** How often each was told. */
  readonly errors = new Map<string, number>();
  /** By partition. */
  readonly records: readonly Map<number, number>[];
  private since: Kill | undefined;

  constructor(name: string, partitions: number) {
    this.name = name;
    this.records = Array.from({ length: partitions }, () => new Map<number, number>());
  }

  /** The leader of these partitions is killed at this moment. */
  killed(atMs: number, partitions: readonly number[]): void {
    this.since = { atMs, partitions: partitions.length, waiting: new Set(partitions), tookMs: 0 };
  }

  /** Whether the killed node led something of it at all. */
  get concerned(): boolean {
    return (this.since?.partitions ?? 0) > 0;
  }

  get recovered(): boolean {
    return this.since?.waiting.size === 0;
  }

  /** Of the latest kill; up to now where it has not recovered. */
  tookMs(nowMs: number): number {
    const { since } = this;
    if (since === undefined) return 0;
    return since.waiting.size === 0 ? since.tookMs : nowMs - since.atMs;
  }

  tell(line: string): void {
    const [kind, ...words] = line.split(' ');
    if (kind === 'running') this.running = true;
    if (kind === 'error') this.failed(words.join(' '));
    if (kind === 'acked' || kind === 'read') this.heard(words.map(Number));
  }

  private failed(words: string): void {
    this.errors.set(words, (this.errors.get(words) ?? 0) + 1);
  }

  private heard([partition = 0, offset = 0, number = 0, sentMs = 0, atMs = 0]: readonly number[]): void {
    this.records[partition]?.set(offset, number);
    const { since } = this;
    if (since === undefined || sentMs < since.atMs || !since.waiting.delete(partition)) return;
    since.tookMs = Math.max(since.tookMs, atMs - since.atMs);
  }
}

/** How many of `told` are not in `stored`, partition by partition: lost at their offset, whatever is there instead. */
export function missingIn(
  stored: readonly ReadonlyMap<number, number>[],
  told: readonly ReadonlyMap<number, number>[],
): number {
  let missing = 0;
  for (const [partition, records] of told.entries())
    for (const [offset, number] of records) if (stored[partition]?.get(offset) !== number) missing++;
  return missing;
}
