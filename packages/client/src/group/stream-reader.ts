/**
 * Reads some partitions of one stream for a group's consumer, one record in hand at a time. When its partitions change, the reading below is
 * begun anew where it was: what has been fetched and not handed out is fetched again.
 */
import type { FlowError } from '@flowmesh/base';
import { Consumer, type ConsumerDeps } from '../consumer/consumer.ts';
import type { ConsumedRecord } from '../consumer/types.ts';
import { asFlowError } from '../wire/errors.ts';
import type { GroupConsumerOptions } from './group-types.ts';

export class StreamReader {
  private readonly deps: ConsumerDeps;
  private readonly stream: string;
  private readonly options: GroupConsumerOptions;
  private readonly wake: () => void;
  /** Next offset to hand out, by partition: what was taken lies before it. Not what the reading below has given, which may be on its way. */
  private next = new Map<number, number>();
  private consumer: Consumer | undefined;
  private head: ConsumedRecord | undefined;
  private error: FlowError | undefined;
  private turn = 0;
  private resume: (() => void) | undefined;

  constructor(
    deps: ConsumerDeps,
    stream: string,
    options: GroupConsumerOptions,
    /** There is a record, or a failure. */
    wake: () => void,
  ) {
    this.deps = deps;
    this.stream = stream;
    this.options = options;
    this.wake = wake;
  }

  get failure(): FlowError | undefined {
    return this.error;
  }

  /** The record to be handed out next, if there is one by now. */
  get ready(): boolean {
    return this.head !== undefined;
  }

  /** Offsets before which nothing is left to be handed out, by partition: also past what a filter has left out. */
  passed(): ReadonlyMap<number, number> {
    const { head } = this;
    const passed = new Map<number, number>();
    for (const [partition, offset] of Object.entries(this.consumer?.positions() ?? {}))
      passed.set(Number(partition), head?.partition === Number(partition) ? head.offset : offset);
    return passed;
  }

  take(): ConsumedRecord | undefined {
    const { head } = this;
    this.head = undefined;
    if (head !== undefined) this.next.set(head.partition, head.offset + 1);
    const { resume } = this;
    this.resume = undefined;
    resume?.();
    return head;
  }

  /** Reads these partitions from now on: those it reads already go on, the others begin where they are told to. */
  assign(partitions: ReadonlyMap<number, number>): void {
    const next = [...partitions].map(
      ([partition, start]) => [partition, this.next.get(partition) ?? start] as const,
    );
    this.begin(new Map(next));
  }

  /** Reads these no more. */
  drop(partitions: ReadonlySet<number>): void {
    const kept = [...this.next].filter(([partition]) => !partitions.has(partition));
    if (kept.length < this.next.size) this.begin(new Map(kept));
  }

  close(): void {
    this.begin(new Map());
  }

  private begin(next: Map<number, number>): void {
    const before = this.consumer;
    this.turn++;
    this.head = undefined;
    this.consumer = undefined;
    this.next = next;
    this.resume?.();
    this.resume = undefined;
    void before?.close();
    if (next.size === 0) return;
    const { creditBytes, onOutOfRange = 'fail', onEvent, filter, isolation } = this.options;
    const { stream } = this;
    const consumer = new Consumer(this.deps, {
      stream,
      partitions: [...next.keys()],
      from: { offsets: Object.fromEntries(next) },
      onOutOfRange: onOutOfRange === 'fail' ? 'error' : onOutOfRange,
      ...(creditBytes === undefined ? {} : { creditBytes }),
      ...(filter === undefined ? {} : { filter }),
      ...(isolation === undefined ? {} : { isolation }),
      onEvent: (event) => {
        if (event.kind === 'filter-failed') onEvent?.(event);
        if (event.kind !== 'reset') return;
        const partition = { stream, partition: event.partition };
        onEvent?.({ kind: 'reset', partition, to: event.to, reason: 'out-of-range' });
      },
    });
    this.consumer = consumer;
    const { turn } = this;
    this.pump(consumer, turn).catch((failure: unknown) => {
      if (turn !== this.turn) return;
      this.error = asFlowError(failure);
      this.wake();
    });
  }

  private async pump(consumer: Consumer, turn: number): Promise<void> {
    for await (const record of consumer) {
      if (turn !== this.turn) return;
      this.head = record;
      const taken = new Promise<void>((resolve) => {
        this.resume = resolve;
      });
      this.wake();
      await taken;
      if (turn !== this.turn) return;
    }
  }
}
