/** One partition of a fetch: what has been read of it so far, where reading goes on, and what went wrong. */
import type { FlowError } from '@flowmesh/base';
import type { Fetch, RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import type { Caller } from '../../services/ports.ts';
import type { ReadResult } from '../../services/stream/stream-service.ts';
import { asFlowError, refusal, refusalOf } from './errors.ts';
import type { Refusal } from './errors.ts';
import { epochConflict } from './leader-epochs.ts';
import type { LeaderHints } from './leader-hints.ts';
import type { KafkaPorts } from './served-api.ts';

type Asked = RequestOf<typeof Fetch>['topics'][number]['partitions'][number];
type PartitionResponse = ResponseInput<typeof Fetch>['responses'][number]['partitions'][number];
type Marks = Pick<ReadResult, 'highWatermark' | 'lastStableOffset' | 'logStartOffset'>;

/** The room of one answer. What comes first is taken however large it is. */
export class AnswerBudget {
  readonly bytesMax: number;
  private used = 0;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  left(): number {
    return this.bytesMax - this.used;
  }

  take(bytes: number): boolean {
    if (this.used > 0 && bytes > this.left()) return false;
    this.used += bytes;
    return true;
  }
}

export interface FetchedPartitionInit {
  readonly caller: Caller;
  /** Undefined: no topic has the id. */
  readonly stream: string | undefined;
  readonly isolation: 'committed' | 'uncommitted';
  readonly partition: Asked;
  readonly budget: AnswerBudget;
}

const UNKNOWN: Marks = { highWatermark: -1, lastStableOffset: -1, logStartOffset: -1 };

export class FetchedPartition {
  private readonly ports: KafkaPorts;
  private readonly init: FetchedPartitionInit;
  private readonly batches: Uint8Array[] = [];
  private readonly aborted = new Map<string, { readonly producerId: number; readonly firstOffset: number }>();
  private marks = UNKNOWN;
  private nextOffset: number;
  private refused: Refusal | undefined;
  private failure: FlowError | undefined;
  private taken = 0;
  private ends = false;

  constructor(ports: KafkaPorts, init: FetchedPartitionInit) {
    this.ports = ports;
    this.init = init;
    this.nextOffset = init.partition.fetchOffset;
    this.refused = this.refuse();
  }

  get bytes(): number {
    return this.taken;
  }

  /** There is more than the answer has room for. */
  get full(): boolean {
    return this.ends;
  }

  /** Undefined where all is well. */
  get error(): FlowError | Refusal | undefined {
    return this.failure ?? this.refused;
  }

  /** The fault of the node that it met, if it did. */
  get fault(): FlowError | undefined {
    return this.failure?.code === 'INTERNAL' ? this.failure : undefined;
  }

  /** What is there already. */
  async begin(signal: AbortSignal): Promise<void> {
    if (this.init.budget.left() > 0) await this.read({ waitMs: 0, bytesMin: 1, signal });
    else await this.look(signal);
  }

  /** Resolves when something was read or the partition has failed (true), time is up, the signal fires, or it is full (false). */
  async read(how: {
    readonly waitMs: number;
    readonly bytesMin: number;
    readonly signal: AbortSignal;
  }): Promise<boolean> {
    const { stream, caller, isolation, partition, budget } = this.init;
    const bytesMax = Math.min(partition.partitionMaxBytes - this.taken, budget.left());
    if (this.error !== undefined || stream === undefined || this.ends) return false;
    if (this.taken > 0 && bytesMax <= 0) {
      this.ends = true;
      return false;
    }
    const before = this.taken;
    try {
      const result = await this.ports.streams.read(
        {
          caller,
          stream,
          partition: partition.partition,
          offset: this.nextOffset,
          bytesMax: Math.max(bytesMax, 1),
          bytesMin: how.bytesMin,
          waitMs: how.waitMs,
          isolation,
          verbatim: true,
        },
        how.signal,
      );
      this.add(result);
      return this.taken > before;
    } catch (thrown) {
      // Another partition had something, or the client is gone: nothing is wrong with this one.
      if (how.signal.aborted) return false;
      this.failure = asFlowError(thrown);
      return true;
    }
  }

  answer(hints: LeaderHints): PartitionResponse {
    const { partition, isolation } = this.init;
    const refused = this.failure === undefined ? this.refused : refusalOf(this.failure, 'fetch');
    const currentLeader = this.failure === undefined ? undefined : hints.of(this.failure);
    return {
      partitionIndex: partition.partition,
      errorCode: refused?.errorCode ?? 0,
      ...this.marks,
      ...(currentLeader === undefined ? {} : { currentLeader }),
      abortedTransactions: isolation === 'committed' ? [...this.aborted.values()] : undefined,
      records: this.batches,
    };
  }

  private refuse(): Refusal | undefined {
    const { stream, partition } = this.init;
    if (stream === undefined) return refusal('UNKNOWN_TOPIC_ID');
    const conflict = epochConflict(this.ports, {
      stream,
      partition: partition.partition,
      epoch: partition.currentLeaderEpoch,
    });
    return conflict === undefined ? undefined : refusal(conflict);
  }

  /** Only where the log begins and ends: there is no room for records. */
  private async look(signal: AbortSignal): Promise<void> {
    const { stream, caller, isolation, partition } = this.init;
    this.ends = true;
    if (stream === undefined || this.error !== undefined) return;
    const name = { caller, stream, partition: partition.partition };
    try {
      this.marks = await this.ports.streams.offsets(name, { at: { kind: 'earliest' }, isolation }, signal);
    } catch (thrown) {
      this.failure = asFlowError(thrown);
    }
  }

  private add({ batches, aborted, nextOffset, ...marks }: ReadResult): void {
    const { highWatermark, lastStableOffset, logStartOffset } = marks;
    this.marks = { highWatermark, lastStableOffset, logStartOffset };
    const bytes = batches.reduce((sum, batch) => sum + batch.length, 0);
    if (bytes > 0 && !this.init.budget.take(bytes)) {
      this.ends = true;
      return;
    }
    this.taken += bytes;
    this.batches.push(...batches);
    this.nextOffset = nextOffset;
    for (const { producerId, firstOffset } of aborted)
      this.aborted.set(`${producerId} ${firstOffset}`, { producerId, firstOffset });
  }
}
