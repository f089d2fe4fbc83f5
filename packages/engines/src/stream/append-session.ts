/**
 * What a leader keeps of a stream while it leads in one term: the next offset and its producers, from applied state plus what it has
 * proposed since. `prepare` decides on a batch and takes its offsets at once, so the caller stamps and proposes in the same turn,
 * and either the proposal is accepted or `undo` gives the offsets back.
 *
 *   serving in term t ─► open ─── leadership lost, or an accepted proposal failed ──► ended (refuses everything)
 *
 * Invariant: next offset = end offset of the machine + records in flight.
 */
import type { BatchHeader } from '@flowmesh/base';
import { assert, FlowError } from '@flowmesh/base';
import type { ProducerEntry, TransactionRound } from './producer-table.ts';
import {
  afterAdmission,
  afterBatch,
  afterMarker,
  checkSequence,
  commitsOpen,
  DELAYED_OFFSET,
  isIdempotent,
  isAdmitted,
  isPast,
  storedTimestamp,
} from './producer-table.ts';
import { ABORTED_TRANSACTIONS_MAX, OPEN_TRANSACTIONS_MAX } from './transaction-table.ts';

export const IN_FLIGHT_MAX = 65_536;

/** Applied state as the session needs it; `StreamMachine` is one. */
export interface AppliedStream {
  readonly endOffset: number;
  /** Commands that are placed among the batches and take no offset, ever. */
  readonly quietCommands: number;
  readonly admittedTransactions: number;
  readonly abortedTransactions: number;
  producer(producerId: number): ProducerEntry | undefined;
}

export type Prepared =
  /** It was accepted as delayed records before, or is on its way so: answer once everything before is applied. */
  | { readonly kind: 'duplicate-delay'; readonly recordCount: number; readonly timestampMs: number }
  /** Stamp the batch with these and propose it now. */
  | { readonly kind: 'append'; readonly baseOffset: number; readonly leaderEpoch: number }
  /**
   * It is in the log or on its way there. Unless `applied`, answer only once the machine's end offset has reached `endOffset`, and fail
   * it if the session ends before.
   */
  | {
      readonly kind: 'duplicate';
      readonly baseOffset: number;
      readonly recordCount: number;
      readonly timestampMs: number;
      readonly endOffset: number;
      readonly applied: boolean;
    }
  | { readonly kind: 'error'; readonly error: FlowError };

export type PreparedMarker =
  /** `commit`: what the marker is to say. */
  | (Extract<Prepared, { readonly kind: 'append' }> & { readonly commit: boolean })
  | Refused
  /** It says nothing new, given what is applied and in flight: nothing is to be appended. */
  | { readonly kind: 'unchanged' };

/** It takes no offset. `unchanged`: it is admitted already, given what is applied and in flight. */
export type PreparedAdmission =
  | { readonly kind: 'admit'; readonly baseOffset: number; readonly quietBefore: number }
  | Refused
  | { readonly kind: 'unchanged' };

/** A batch of delayed records takes no offset. */
export type PreparedDelay =
  | { readonly kind: 'delay'; readonly baseOffset: number; readonly quietBefore: number }
  | Exclude<Prepared, { readonly kind: 'append' }>;

interface InFlight {
  readonly baseOffset: number;
  readonly endOffset: number;
  /** Commands without offsets ever, before and after it. */
  readonly quietBefore: number;
  readonly endQuiet: number;
  /** -1 where the batch is not idempotent. */
  readonly producerId: number;
  readonly previous: Tentative | undefined;
}

interface Tentative {
  readonly entry: ProducerEntry;
  /** Once the machine is there, its own entry says the same or more. */
  readonly endOffset: number;
  readonly endQuiet: number;
}

type Batch = Pick<
  BatchHeader,
  | 'producerId'
  | 'producerEpoch'
  | 'baseSequence'
  | 'recordCount'
  | 'baseTimestampMs'
  | 'maxTimestampMs'
  | 'attributes'
>;

export class AppendSession {
  readonly term: number;
  private readonly stream: AppliedStream;
  private next: number;
  private quiet: number;
  private ended = false;
  private inFlight: InFlight[] = [];
  /** Batches at the front of `inFlight` that are applied already. */
  private settled = 0;
  private readonly tentative = new Map<number, Tentative>();

  /** To be made when the leader serves: everything of earlier terms is applied then. */
  constructor(term: number, stream: AppliedStream) {
    this.term = term;
    this.stream = stream;
    this.next = stream.endOffset;
    this.quiet = stream.quietCommands;
  }

  /** Commands without offsets ever, those in flight included. */
  get nextQuiet(): number {
    return this.quiet;
  }

  get nextOffset(): number {
    return this.next;
  }

  get isEnded(): boolean {
    return this.ended;
  }

  /** Batches prepared and not applied yet. */
  get inFlightCount(): number {
    this.settle();
    return this.inFlight.length - this.settled;
  }

  /** Nothing is prepared any more: leadership was lost, or something accepted did not come to pass. */
  end(): void {
    this.ended = true;
    this.inFlight = [];
    this.settled = 0;
    this.tentative.clear();
  }

  /** Decides on a batch whose header was validated. */
  prepare(batch: Batch): Prepared {
    const checked = this.check(batch);
    return checked.kind === 'accept' ? this.accept(batch, checked.entry) : checked;
  }

  private check(
    batch: Batch,
  ):
    | { readonly kind: 'accept'; readonly entry: ProducerEntry | undefined }
    | Exclude<Prepared, { readonly kind: 'append' }> {
    if (this.ended)
      return refuse('NOT_LEADER', 'this node leads the partition no more', 'Ask for the current leader.');
    this.settle();
    const entry = isIdempotent(batch) ? this.producerOf(batch.producerId) : undefined;
    const check = checkSequence(entry, batch);
    switch (check.kind) {
      case 'duplicate': {
        const { baseOffset, recordCount, timestampMs } = check.batch;
        if (baseOffset === DELAYED_OFFSET) return { kind: 'duplicate-delay', recordCount, timestampMs };
        const endOffset = baseOffset + recordCount;
        const applied = endOffset <= this.stream.endOffset;
        return { kind: 'duplicate', baseOffset, recordCount, timestampMs, endOffset, applied };
      }
      case 'out-of-order':
        return outOfOrder(batch, check.expected);
      case 'fenced':
        return fenced(batch, check.currentEpoch);
      case 'ended':
        return ended(batch);
      case 'not-admitted':
        return notAdmitted(batch);
      case 'still-open':
        return stillOpen(batch);
      case 'outside':
        return outside(batch);
      case 'accept':
        return { kind: 'accept', entry };
    }
  }

  /** Decides on a batch of records that are to be appended later. */
  prepareDelay(batch: Batch): PreparedDelay {
    const checked = this.check(batch);
    if (checked.kind !== 'accept') return checked;
    const full = this.full(0);
    if (full !== undefined) return full;
    const accepted = {
      header: batch,
      baseOffset: DELAYED_OFFSET,
      timestampMs: storedTimestamp(batch),
      index: 0,
    };
    const quietBefore = this.quiet;
    this.quiet += 1;
    const { baseOffset } = this.place(
      0,
      isIdempotent(batch) ? afterBatch(checked.entry, accepted) : undefined,
    );
    return { kind: 'delay', baseOffset, quietBefore };
  }

  /** Places a batch that was delayed until now; its producer was heard when it was accepted. */
  prepareRelease(recordCount: number): Extract<Prepared, { readonly kind: 'append' }> | Refused {
    if (this.ended)
      return refuse('NOT_LEADER', 'this node leads the partition no more', 'Ask for the current leader.');
    this.settle();
    return this.full(recordCount) ?? this.place(recordCount, undefined);
  }

  /** Decides on the marker that ends a producer's transaction; it takes one offset. */
  prepareMarker(marker: TransactionRound & { readonly commit: boolean }): PreparedMarker {
    if (this.ended)
      return refuse('NOT_LEADER', 'this node leads the partition no more', 'Ask for the current leader.');
    this.settle();
    const entry = this.producerOf(marker.producerId);
    if (isPast(entry, marker)) return { kind: 'unchanged' };
    return (
      this.full(1) ?? {
        ...this.place(1, afterMarker(entry, marker, 0)),
        commit: commitsOpen(entry, marker),
      }
    );
  }

  /** Decides on the admission of a transaction, whose batches are let in from there on. */
  prepareAdmission(of: TransactionRound): PreparedAdmission {
    if (this.ended)
      return refuse('NOT_LEADER', 'this node leads the partition no more', 'Ask for the current leader.');
    this.settle();
    const entry = this.producerOf(of.producerId);
    if (isAdmitted(entry, of)) return { kind: 'unchanged' };
    if (isPast(entry, of) || (entry !== undefined && of.producerEpoch < entry.epoch)) return ended(of);
    if (entry !== undefined && entry.openFrom >= 0) return stillOpen(of);
    const full = this.tooManyTransactions() ?? this.full(0);
    if (full !== undefined) return full;
    const quietBefore = this.quiet;
    this.quiet += 1;
    const { baseOffset } = this.place(0, afterAdmission(entry, of, 0));
    return { kind: 'admit', baseOffset, quietBefore };
  }

  private accept(batch: Batch, entry: ProducerEntry | undefined): Prepared {
    const full = this.full(batch.recordCount);
    if (full !== undefined) return full;
    if (!isIdempotent(batch)) return this.place(batch.recordCount, undefined);
    const accepted = { header: batch, baseOffset: this.next, timestampMs: storedTimestamp(batch), index: 0 };
    return this.place(batch.recordCount, afterBatch(entry, accepted));
  }

  private full(recordCount: number): Refused | undefined {
    if (this.inFlight.length - this.settled >= IN_FLIGHT_MAX) {
      return refuse(
        'OVERLOADED',
        `${IN_FLIGHT_MAX} batches wait for their commit`,
        'Send larger batches, or fewer at a time.',
      );
    }
    if (Number.isSafeInteger(this.next + recordCount)) return undefined;
    return refuse('UNSUPPORTED', 'the partition has no offsets left', 'Write to another stream.');
  }

  private tooManyTransactions(): Refused | undefined {
    if (this.stream.admittedTransactions >= OPEN_TRANSACTIONS_MAX) {
      return refuse(
        'OVERLOADED',
        `${OPEN_TRANSACTIONS_MAX} transactions may write to this partition`,
        'Wait until some have ended.',
      );
    }
    if (this.stream.abortedTransactions < ABORTED_TRANSACTIONS_MAX) return undefined;
    return refuse(
      'OVERLOADED',
      `${ABORTED_TRANSACTIONS_MAX} aborted transactions lie in this partition`,
      'Shorten the retention of the stream, or truncate it.',
    );
  }

  /** Gives out the next offsets; `entry` is what the producer's becomes, undefined where it has none. */
  private place(
    recordCount: number,
    entry: ProducerEntry | undefined,
  ): Extract<Prepared, { readonly kind: 'append' }> {
    const baseOffset = this.next;
    const endOffset = baseOffset + recordCount;
    const producerId = entry?.producerId ?? -1;
    const endQuiet = this.quiet;
    const quietBefore = recordCount === 0 ? endQuiet - 1 : endQuiet;
    const previous = this.tentative.get(producerId);
    this.inFlight.push({ baseOffset, endOffset, quietBefore, endQuiet, producerId, previous });
    if (entry !== undefined) this.tentative.set(producerId, { entry, endOffset, endQuiet });
    this.next = endOffset;
    return { kind: 'append', baseOffset, leaderEpoch: this.term };
  }

  /**
   * Gives back the offsets of the batch prepared at `baseOffset` and of all after it: their proposals were refused. Commands without
   * offsets at the same one count as after it from `quietBefore` on.
   */
  undo(baseOffset: number, quietBefore = 0): void {
    if (this.ended) return;
    assert(baseOffset >= this.stream.endOffset, 'what is applied is not undone');
    for (
      let last = this.inFlight.at(-1);
      last !== undefined &&
      (last.baseOffset > baseOffset || (last.baseOffset === baseOffset && last.quietBefore >= quietBefore));
      last = this.inFlight.at(-1)
    ) {
      this.inFlight.pop();
      this.next = last.baseOffset;
      this.quiet = last.quietBefore;
      if (last.producerId < 0) continue;
      const { previous } = last;
      if (previous === undefined || this.isApplied(previous)) this.tentative.delete(last.producerId);
      else this.tentative.set(last.producerId, previous);
    }
    this.settled = Math.min(this.settled, this.inFlight.length);
  }

  private isApplied(place: { readonly endOffset: number; readonly endQuiet: number }): boolean {
    return place.endOffset <= this.stream.endOffset && place.endQuiet <= this.stream.quietCommands;
  }

  private producerOf(producerId: number): ProducerEntry | undefined {
    const tentative = this.tentative.get(producerId);
    if (tentative !== undefined && !this.isApplied(tentative)) return tentative.entry;
    return this.stream.producer(producerId);
  }

  /** Forgets what the machine has applied meanwhile. */
  private settle(): void {
    for (
      let first = this.inFlight[this.settled];
      first !== undefined && this.isApplied(first);
      first = this.inFlight[this.settled]
    ) {
      this.settled += 1;
      const tentative = this.tentative.get(first.producerId);
      if (tentative !== undefined && this.isApplied(tentative)) this.tentative.delete(first.producerId);
    }
    if (this.settled < 1_024 && this.settled < this.inFlight.length) return;
    this.inFlight = this.inFlight.slice(this.settled);
    this.settled = 0;
  }
}

type Refused = Extract<Prepared, { readonly kind: 'error' }>;

function refuse(
  code: 'INVALID_ARGUMENT' | 'NOT_LEADER' | 'OVERLOADED' | 'UNAVAILABLE' | 'UNSUPPORTED',
  message: string,
  hint: string,
): Refused {
  return { kind: 'error', error: new FlowError(code, message, { hint }) };
}

function outOfOrder(batch: Batch, expected: number): Refused {
  const { producerId, baseSequence } = batch;
  const message = `producer ${producerId} sent sequence ${baseSequence}; ${expected} was expected`;
  const hint =
    'An earlier batch is missing, or one was changed between retries: close this producer and start a new one.';
  return {
    kind: 'error',
    error: new FlowError('OUT_OF_ORDER_SEQUENCE', message, { hint, details: { producerId, expected } }),
  };
}

function fenced(batch: Batch, currentEpoch: number): Refused {
  const { producerId, producerEpoch } = batch;
  const message = `producer ${producerId} has epoch ${producerEpoch}; a later one, ${currentEpoch}, is in use`;
  const hint = 'Another instance took this producer over: stop this one.';
  return {
    kind: 'error',
    error: new FlowError('PRODUCER_FENCED', message, { hint, details: { producerId, currentEpoch } }),
  };
}

function notAdmitted({ producerId, producerEpoch }: Batch): Refused {
  const message = `no transaction of producer ${producerId} with epoch ${producerEpoch} has this partition`;
  const hint =
    'Add the partition to the transaction before the first write to it (AddToTransaction, AddPartitionsToTxn).';
  return {
    kind: 'error',
    error: new FlowError('PRECONDITION_FAILED', message, {
      hint,
      details: { producerId, transaction: 'not-added' },
    }),
  };
}

function ended(batch: Pick<Batch, 'producerId' | 'producerEpoch'>): Refused {
  const { producerId, producerEpoch } = batch;
  const message = `the transaction of producer ${producerId} with epoch ${producerEpoch} has ended`;
  const hint =
    'Begin another transaction; if this one ended without you, another instance took over or its time was up.';
  return {
    kind: 'error',
    error: new FlowError('PRODUCER_FENCED', message, {
      hint,
      details: { producerId, currentEpoch: producerEpoch },
    }),
  };
}

function stillOpen({ producerId }: Pick<Batch, 'producerId'>): Refused {
  return refuse(
    'UNAVAILABLE',
    `the former transaction of producer ${producerId} is still being ended in this partition`,
    'Retry shortly.',
  );
}

function outside({ producerId }: Batch): Refused {
  return refuse(
    'INVALID_ARGUMENT',
    `producer ${producerId} has a transaction open, and this batch is not part of one`,
    'Write it within the transaction, or through another producer.',
  );
}
