/** A producer at a steady rate over all partitions of a stream, keeping the ledger, and the reader that checks it. */
import { type FlowError, type FlowMesh, isFlowError, type Producer } from '@flowmesh/client';
import { Ledger, Payloads, type Verdict } from './ledger.ts';

export interface LoadOptions {
  readonly mesh: FlowMesh;
  readonly stream: string;
  readonly partitions: number;
  readonly recordsPerSecond: number;
  readonly valueBytes: number;
  /** From a send to its acknowledgement or failure. Default 120 s: nothing fails that comes back in time. */
  readonly deliveryTimeoutMs?: number;
}

interface PartitionProgress {
  lastAckMs: number;
  /** Longest time between two acknowledgements since it was last reset. */
  longestGapMs: number;
}

const SLICE_MS = 5;

export class SteadyLoad {
  readonly ledger: Ledger;
  private readonly options: LoadOptions;
  private readonly producer: Producer;
  private readonly payloads: Payloads;
  private readonly progress: PartitionProgress[];
  private readonly errors = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private startedMs = 0;
  private pacedFromMs = 0;
  private stoppedMs = 0;
  private blocked = false;
  private due = 0;
  private turn = 0;

  constructor(options: LoadOptions) {
    this.options = options;
    this.ledger = new Ledger(options.partitions);
    this.payloads = new Payloads(options.valueBytes);
    this.producer = options.mesh.producer({ deliveryTimeoutMs: options.deliveryTimeoutMs ?? 120_000 });
    this.progress = Array.from({ length: options.partitions }, () => ({
      lastAckMs: performance.now(),
      longestGapMs: 0,
    }));
  }

  start(): void {
    this.startedMs = performance.now();
    this.pacedFromMs = this.startedMs;
    this.timer = setInterval(() => this.slice(), SLICE_MS);
  }

  /** Records acknowledged per second since the start. */
  rate(): number {
    const endMs = this.stoppedMs === 0 ? performance.now() : this.stoppedMs;
    return (this.ledger.acknowledged / (endMs - this.startedMs)) * 1000;
  }

  failures(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.errors);
  }

  /** Forgets gaps seen so far. */
  resetGaps(): void {
    const now = performance.now();
    for (const partition of this.progress) {
      partition.longestGapMs = 0;
      partition.lastAckMs = now;
    }
  }

  gaps(): number[] {
    return this.progress.map((partition) => partition.longestGapMs);
  }

  /** Time of the last acknowledgement, by partition. */
  lastAcks(): number[] {
    return this.progress.map((partition) => partition.lastAckMs);
  }

  /** Sends nothing more until `resume`; resolves when all that was sent is answered. */
  async pause(): Promise<void> {
    clearInterval(this.timer);
    await this.producer.flush();
  }

  /** Goes on at the same rate; the time of the pause is not made up for. */
  resume(): void {
    this.pacedFromMs = performance.now() - (this.due / this.options.recordsPerSecond) * 1000;
    this.timer = setInterval(() => this.slice(), SLICE_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stoppedMs = performance.now();
    await this.producer.close();
  }

  private slice(): void {
    if (this.blocked) return;
    const owed = ((performance.now() - this.pacedFromMs) / 1000) * this.options.recordsPerSecond;
    // After a pause the backlog is sent as fast as the producer takes it, but not in one burst that stops the loop.
    let budget = Math.min(owed - this.due, this.options.recordsPerSecond / 20);
    while (budget-- >= 1 && this.producer.hasRoom) {
      this.due++;
      this.send();
    }
    if (this.producer.hasRoom) return;
    this.blocked = true;
    void this.producer.room().then(
      () => (this.blocked = false),
      () => (this.blocked = false),
    );
  }

  private send(): void {
    const { stream, partitions } = this.options;
    const partition = this.turn;
    this.turn = (this.turn + 1) % partitions;
    const number = this.ledger.next(partition);
    this.producer.send({ stream, partition, value: this.payloads.make(number) }).then(
      (metadata) => {
        this.ledger.acked(partition, number, metadata.offset);
        const progress = this.progress[partition] as PartitionProgress;
        const now = performance.now();
        progress.longestGapMs = Math.max(progress.longestGapMs, now - progress.lastAckMs);
        progress.lastAckMs = now;
      },
      (error: unknown) => {
        const code = isFlowError(error) ? failureName(error) : String(error);
        this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
      },
    );
  }
}

/** The code, with that of the failure behind it: what a producer that gave up is told. */
function failureName(error: FlowError): string {
  return isFlowError(error.cause) ? `${error.code}: ${error.cause.code}` : error.code;
}

const READ_BACK_TIMEOUT_MS = 600_000;

/** Reads the whole stream and judges it. `skip`: values that are not the load's. */
export async function readBack(
  mesh: FlowMesh,
  stream: string,
  ledger: Ledger,
  skip: (value: Uint8Array) => boolean = () => false,
): Promise<Verdict> {
  const check = ledger.verify();
  const signal = AbortSignal.timeout(READ_BACK_TIMEOUT_MS);
  for await (const record of mesh.consume({ stream, from: 'earliest', to: 'latest', signal })) {
    if (record.value === undefined) throw new Error(`no value at ${record.partition}:${record.offset}`);
    if (skip(record.value)) continue;
    check.see({
      partition: record.partition,
      offset: record.offset,
      number: Payloads.numberOf(record.value),
    });
  }
  // An aborted consumer ends without an error, which must not look like the end of the stream.
  if (signal.aborted) throw new Error(`reading ${stream} back does not end`);
  return check.verdict();
}
