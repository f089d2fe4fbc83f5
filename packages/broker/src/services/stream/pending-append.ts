/**
 * One append on its way: a deadline of its caller and a proposal of the replica in one object, so that the hot path
 * allocates little.
 *
 *   prepared ─► proposed ─► committed or failed: `settled`     (frees the bytes, answers repetitions)
 *       └──── caller's time is up: answered TIMEOUT, outcome unknown, but settled later all the same
 *
 * The caller is answered exactly once, by whichever comes first.
 */
import { FlowError } from '@flowmesh/base';
import type { AckPolicy, ProposalResult } from '../../replica/replica-api.ts';
import { NO_DEADLINE } from '../deadline-wheel.ts';
import type { Deadline, DeadlineWheel } from '../deadline-wheel.ts';
import type { PlacedProposal } from './partition-appends.ts';

/** Where a batch lies, as its producer is told. */
export interface AppendedBatch {
  readonly stream: string;
  readonly partition: number;
  /** -1 for delayed records, which have no offsets yet. */
  readonly baseOffset: number;
  readonly recordCount: number;
  /** Of the first record as stored. */
  readonly timestampMs: number;
  readonly leaderEpoch: number;
  readonly logStartOffset: number;
  readonly duplicate: boolean;
}

export type AppendResult =
  | { readonly ok: true; readonly appended: AppendedBatch }
  | { readonly ok: false; readonly error: FlowError };

export type AppendDone = (result: AppendResult) => void;

export interface PendingAppendInit {
  readonly command: Uint8Array;
  readonly ack: AckPolicy;
  readonly minDurable: number;
  readonly appended: AppendedBatch;
  /** Where the session has placed it. */
  readonly baseOffset: number;
  readonly quietBefore: number;
  readonly wheel: DeadlineWheel;
  readonly answer: AppendDone;
  readonly settled: (append: PendingAppend, result: ProposalResult) => void;
}

export class PendingAppend implements Deadline, PlacedProposal {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  readonly command: Uint8Array;
  readonly ack: AckPolicy;
  readonly minDurable: number;
  readonly appended: AppendedBatch;
  readonly baseOffset: number;
  readonly quietBefore: number;
  /** Repetitions of this append that wait for it; undefined while there are none. */
  followers: ((result: ProposalResult) => void)[] | undefined;
  private readonly wheel: DeadlineWheel;
  private readonly settled: (append: PendingAppend, result: ProposalResult) => void;
  private answer: AppendDone | undefined;

  constructor(init: PendingAppendInit) {
    this.command = init.command;
    this.ack = init.ack;
    this.minDurable = init.minDurable;
    this.appended = init.appended;
    this.baseOffset = init.baseOffset;
    this.quietBefore = init.quietBefore;
    this.wheel = init.wheel;
    this.settled = init.settled;
    this.answer = init.answer;
  }

  readonly done = (result: ProposalResult): void => this.settled(this, result);

  expire(): void {
    this.reply({ ok: false, error: appendTimedOut() });
  }

  /** Answers the caller, unless its time was up before. */
  reply(result: AppendResult): void {
    const { answer } = this;
    if (answer === undefined) return;
    this.answer = undefined;
    this.wheel.remove(this);
    answer(result);
  }
}

export function appendTimedOut(): FlowError {
  return new FlowError('TIMEOUT', 'the batch was not acknowledged in time; it may or may not be stored', {
    hint: 'Send the same batch again with the same producer id and sequence: it is stored once.',
    details: { outcome: 'unknown' },
  });
}
