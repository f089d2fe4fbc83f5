/**
 * A partition as readers of what is committed have to see it, followed from the batches that were applied: which transaction is open since
 * where, where the last stable offset is, which batches count.
 */
import { type BatchHeader, type GroupId, must, readBatchHeader } from '@flowmesh/base';
import {
  decodeStreamCommand,
  frameOf,
  isControl,
  isTransactional,
  readMarker,
  type StreamMachine,
} from '@flowmesh/engines';
import type { Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';
import { nameOf, type Round, type TransactionBook } from './transaction-book.ts';

interface Batch extends Round {
  readonly baseOffset: number;
  readonly endOffset: number;
  readonly transactional: boolean;
  readonly control: boolean;
}

interface Open extends Round {
  readonly firstOffset: number;
}

/** One answer to a reader. */
export interface Page {
  readonly from: number;
  readonly nextOffset: number;
  readonly batches: readonly Uint8Array[];
}

export class PartitionWatch {
  readonly group: GroupId;
  private readonly book: TransactionBook;
  private readonly batches: Batch[] = [];
  /** By producer. */
  private readonly open = new Map<number, Open>();
  /** By producer: the round that may write. */
  private readonly admitted = new Map<number, number>();
  private readonly ended = new Map<number, number>();
  private lastIndex = 0;
  private stable = 0;

  constructor(group: GroupId, book: TransactionBook) {
    this.group = group;
    this.book = book;
  }

  get endOffset(): number {
    return this.batches.at(-1)?.endOffset ?? 0;
  }

  get openCount(): number {
    return this.open.size;
  }

  get lastStableOffset(): number {
    return Math.min(this.endOffset, ...[...this.open.values()].map(({ firstOffset }) => firstOffset));
  }

  applied(index: number, command: Uint8Array, machine: StreamMachine, by: string): void {
    if (index <= this.lastIndex) return;
    this.lastIndex = index;
    if (frameOf(command) === 'batch') this.batch(command, must(readBatchHeader(command), 'a batch'));
    else this.admission(command);
    const stable = this.lastStableOffset;
    if (machine.lastStableOffset !== stable)
      violated(
        'last-stable-offset',
        `${by}: the last stable offset is ${machine.lastStableOffset} at ${index}; it should be ${stable}`,
      );
    if (stable < this.stable)
      violated('last-stable-offset', `${by}: it goes back from ${this.stable} to ${stable} at ${index}`);
    this.stable = stable;
  }

  /** A reader of what is committed was shown this. */
  shown({ from, nextOffset, batches }: Page, by: string): void {
    const where = `group ${this.group}: ${by} is shown ${from} to ${nextOffset}`;
    if (nextOffset > this.stable)
      violated('no-aborted-reads', `${where}, the last stable offset is ${this.stable}`);
    const seen = new Set<number>();
    for (const bytes of batches) {
      const header = must(readBatchHeader(bytes), 'a batch');
      const { baseOffset } = header;
      const known = this.batches.find((one) => one.baseOffset === baseOffset);
      if (known === undefined) violated('reads-are-committed', `${where}: nothing begins at ${baseOffset}`);
      if (known.control || !this.counts(known))
        violated('no-aborted-reads', `${where}: ${baseOffset} of ${nameOf(known)} is not committed`);
      seen.add(baseOffset);
    }
    for (const one of this.batches) {
      if (one.control || one.endOffset <= from || one.baseOffset >= nextOffset) continue;
      if (this.counts(one) && !seen.has(one.baseOffset))
        violated('reads-are-whole', `${where}: ${one.baseOffset} of ${nameOf(one)} is left out`);
    }
  }

  /** The batch is there, and those who read what is committed see it. */
  expect(baseOffset: number, name: string): void {
    const known = this.batches.find((one) => one.baseOffset === baseOffset);
    if (known === undefined || nameOf(known) !== name || this.stable <= baseOffset)
      violated(
        'atomic-transactions',
        `group ${this.group}: ${name} is committed, its batch at ${baseOffset} is not to be seen`,
      );
  }

  private counts(batch: Batch): boolean {
    return !batch.transactional || this.book.decision(batch) === 'commit';
  }

  private batch(command: Uint8Array, header: BatchHeader): void {
    const { producerId, baseOffset, recordCount } = header;
    const control = isControl(header);
    const transactional = isTransactional(header);
    const marker = control ? readMarker(command, header) : undefined;
    const round = marker?.round ?? this.admitted.get(producerId) ?? -1;
    const batch = { producerId, round, baseOffset, control, transactional };
    this.batches.push({ ...batch, endOffset: baseOffset + recordCount });
    if (marker !== undefined) this.marker(batch, marker.commit);
    else if (transactional) this.write(batch);
  }

  private admission(command: Uint8Array): void {
    const decoded = decodeStreamCommand(command);
    if (decoded.kind !== 'admit') return;
    const { producerId, round } = decoded;
    const past = Math.max(this.ended.get(producerId) ?? -1, (this.admitted.get(producerId) ?? -1) - 1);
    if (round <= past) return;
    this.book.admits(this.group, decoded);
    this.admitted.set(producerId, round);
  }

  private write({ producerId, round, baseOffset }: Omit<Batch, 'endOffset'>): void {
    const where = `group ${this.group}: ${nameOf({ producerId, round })} writes at ${baseOffset}`;
    if (round < 0) violated('no-late-writes', `${where}, and no transaction of it is admitted`);
    const open = this.open.get(producerId);
    if (open !== undefined && open.round !== round)
      violated('no-late-writes', `${where} while ${nameOf(open)} is open`);
    if (open === undefined) this.open.set(producerId, { producerId, round, firstOffset: baseOffset });
  }

  private marker(of: Round, commit: boolean): void {
    const { producerId, round } = of;
    this.book.ends(this.group, of, commit);
    this.book.hasEnded(this.group, of);
    if ((this.ended.get(producerId) ?? -1) >= round || (this.admitted.get(producerId) ?? -1) > round) return;
    this.ended.set(producerId, round);
    this.admitted.delete(producerId);
    this.open.delete(producerId);
  }
}

export function partitionChecker(partitions: ReadonlyMap<GroupId, PartitionWatch>): Checker {
  return {
    name: 'last-stable-offset, no-late-writes',
    applied(replica, { index, command, machine }) {
      partitions.get(replica.group.id)?.applied(index, command, machine as StreamMachine, replica.name);
    },
  };
}
