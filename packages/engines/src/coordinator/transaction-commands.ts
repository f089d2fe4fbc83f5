/**
 * Transactions, for two kinds of clients. A transaction is known by its round, which grows when one is complete.
 *
 *   empty ──add──► ongoing ──end──► prepare-commit | prepare-abort ──complete──► empty, next round
 *                     └── timeout, or init ──► prepare-abort
 *
 * The producer epoch says who may speak. It grows when somebody takes the id (`init`), when a transaction was ended by anyone but its
 * client, and, for clients that take over the next one from the answer, with every transaction. Clients of Kafka keep theirs
 * (`reusesEpoch`), so that what they say late may hit their own next transaction; nothing else may.
 *
 * What has been decided is never decided again: from prepare on, only `complete` leads on, whoever leads the shard.
 */
import { FlowError } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type {
  AddParticipants,
  CompleteTransaction,
  CoordinatorReply,
  EndTransaction,
  InitTransactions,
} from './coordinator-command.ts';
import {
  PARTICIPANTS_PER_TRANSACTION_MAX,
  PRODUCER_EPOCH_MAX,
  TRANSACTIONS_PER_SHARD_MAX,
} from './coordinator-limits.ts';
import type { CoordinatorState } from './coordinator-state.ts';
import type { EndReason, Participant, ProducerEpoch, Transaction } from './coordinator-types.ts';
import { compareText } from './partition-key.ts';

type Outcome = CoordinatorReply | FlowError;
type Claim = AddParticipants | EndTransaction;

export function applyInit(state: CoordinatorState, command: InitTransactions, writer: StateWriter): Outcome {
  const { id, timeoutMs, freshProducerId, expected, reusesEpoch = false } = command;
  const { timeMs } = state.globals;
  const known = state.transactions.get(id);
  if (known === undefined) {
    if (freshProducerId === undefined) return needsProducerId(id);
    if (state.transactions.size >= TRANSACTIONS_PER_SHARD_MAX) {
      return new FlowError('OVERLOADED', 'this coordinator shard has too many transactional ids', {
        hint: 'Use one id for each process that produces, and the same one again after a restart; unused ones are forgotten after 7 days.',
      });
    }
    const fresh: Transaction = {
      id,
      state: 'empty',
      producerId: freshProducerId,
      producerEpoch: 0,
      round: 0,
      reusesEpoch,
      former: undefined,
      timeoutMs,
      startedAtMs: 0,
      changedAtMs: timeMs,
      participants: [],
      ending: undefined,
      ended: undefined,
    };
    state.putTransaction(fresh, writer);
    return producerOf(fresh);
  }
  // The epoch has grown for this process, which did not hear of it: it is told again.
  const again = expected !== undefined && isSame(known.former, expected);
  if (expected !== undefined && !again && !isSame(known, expected)) return fenced({ id, ...expected });
  switch (known.state) {
    case 'empty': {
      const renewed = again ? known : nextEpoch(known, freshProducerId);
      if (renewed === undefined) return needsProducerId(id);
      const former = again ? known.former : expected;
      const next = { ...renewed, former, timeoutMs, reusesEpoch, changedAtMs: timeMs };
      state.putTransaction(next, writer);
      return producerOf(next);
    }
    case 'ongoing':
      prepare(state, known, { commit: false, reason: expected === undefined ? 'fenced' : 'renewed' }, writer);
      return stillEnding(id);
    case 'prepare-commit':
    case 'prepare-abort':
      return stillEnding(id);
  }
}

/** The former transaction of the id has to be over before another begins; the coordinator sees to it. */
function stillEnding(id: string): FlowError {
  return new FlowError('UNAVAILABLE', `the previous transaction of ${id} is being ended`, {
    hint: 'Retry: it takes until every partition and queue of it has confirmed.',
    details: { transaction: 'ending' },
  });
}

function isSame(a: ProducerEpoch | undefined, b: ProducerEpoch): boolean {
  return a?.producerId === b.producerId && a.producerEpoch === b.producerEpoch;
}

function producerOf({ producerId, producerEpoch }: Transaction): CoordinatorReply {
  return { kind: 'producer', producerId, producerEpoch };
}

/** Whether the next epoch needs another producer id. */
export function epochsUsedUp({ producerEpoch }: Transaction): boolean {
  return producerEpoch >= PRODUCER_EPOCH_MAX;
}

function nextEpoch(transaction: Transaction, freshProducerId: number | undefined): Transaction | undefined {
  if (!epochsUsedUp(transaction)) return { ...transaction, producerEpoch: transaction.producerEpoch + 1 };
  if (freshProducerId === undefined) return undefined;
  return { ...transaction, producerId: freshProducerId, producerEpoch: 0 };
}

/** Between the coordinator's look at the state and its command the id was forgotten, or its last epoch used. */
function needsProducerId(id: string): FlowError {
  return new FlowError('UNAVAILABLE', `transactional id ${id} needs another producer id`, { hint: 'Retry.' });
}

export function applyAdd(state: CoordinatorState, command: AddParticipants, writer: StateWriter): Outcome {
  const known = claimed(state, command);
  if (known instanceof FlowError) return known;
  if (known.state === 'prepare-commit' || known.state === 'prepare-abort') return tooLate(known);
  const participants = merged(known.participants, command.participants);
  if (participants.length > PARTICIPANTS_PER_TRANSACTION_MAX) {
    return new FlowError(
      'INVALID_ARGUMENT',
      `a transaction over more than ${PARTICIPANTS_PER_TRANSACTION_MAX} partitions, queues and groups`,
      { hint: 'Make several transactions of it.' },
    );
  }
  const { timeMs } = state.globals;
  const startedAtMs = known.state === 'empty' ? timeMs : known.startedAtMs;
  state.putTransaction(
    // Who writes under the epoch has heard of it.
    { ...known, state: 'ongoing', former: undefined, participants, startedAtMs, changedAtMs: timeMs },
    writer,
  );
  return { kind: 'added', round: known.round };
}

export function compareParticipants(a: Participant, b: Participant): number {
  return compareText(a.kind, b.kind) || a.group - b.group;
}

function merged(before: readonly Participant[], more: readonly Participant[]): readonly Participant[] {
  const all = new Map([...before, ...more].map((one) => [`${one.kind} ${one.group}`, one]));
  return [...all.values()].sort(compareParticipants);
}

/** Ending what has ended so already succeeds: the answer may have been lost. */
export function applyEnd(state: CoordinatorState, command: EndTransaction, writer: StateWriter): Outcome {
  const repeated = repeatedEnd(state, command);
  if (repeated !== undefined) return repeated;
  const known = claimed(state, command);
  if (known instanceof FlowError) return known;
  const { commit } = command;
  switch (known.state) {
    case 'empty':
      if (known.reusesEpoch && commit) return nothingBegun(known);
      // Nothing was written in this round, so the next transaction may use it.
      return { kind: 'ending', committed: commit };
    case 'ongoing':
      prepare(state, known, { commit, reason: 'client' }, writer);
      return { kind: 'ending', committed: commit };
    case 'prepare-commit':
      return commit ? { kind: 'ending', committed: true } : decidedOtherwise(known);
    case 'prepare-abort':
      return commit ? tooLate(known) : { kind: 'ending', committed: false };
  }
}

function repeatedEnd(state: CoordinatorState, command: EndTransaction): Outcome | undefined {
  const known = state.transactions.get(command.id);
  const ended = known?.ended;
  if (known === undefined || ended === undefined || !isSame(ended, command)) return undefined;
  if (ended.reason === 'fenced' || ended.reason === 'renewed') return undefined;
  // The epoch is that of the one under way, too, which is meant: what is said late here, clients that keep their epoch have to prevent.
  const current = isSame(known, command);
  if (current && known.state !== 'empty') return undefined;
  if (ended.committed === command.commit) return { kind: 'ending', committed: command.commit };
  if (command.commit && !current) return undefined;
  const came = ended.committed ? 'committed' : 'aborted';
  return new FlowError('PRECONDITION_FAILED', `the transaction of ${command.id} has been ${came}`, {
    details: { transaction: 'ended' },
  });
}

function nothingBegun({ id }: Transaction): FlowError {
  return new FlowError('PRECONDITION_FAILED', `transactional id ${id} has no transaction to be committed`, {
    hint: 'Nothing was added to it: a transaction begins with the first partition or group.',
    details: { transaction: 'ended' },
  });
}

function decidedOtherwise({ id }: Transaction): FlowError {
  return new FlowError('PRECONDITION_FAILED', `the transaction of ${id} is being committed`, {
    hint: 'Its commit was asked for before, and is not taken back.',
    details: { transaction: 'ended' },
  });
}

function prepare(
  state: CoordinatorState,
  transaction: Transaction,
  end: { readonly commit: boolean; readonly reason: EndReason },
  writer: StateWriter,
): void {
  const changedAtMs = state.globals.timeMs;
  const next = end.commit ? 'prepare-commit' : 'prepare-abort';
  state.putTransaction({ ...transaction, state: next, ending: end.reason, changedAtMs }, writer);
}

/** The time of a transaction is up. */
export function timeOut(state: CoordinatorState, transaction: Transaction, writer: StateWriter): void {
  prepare(state, transaction, { commit: false, reason: 'timeout' }, writer);
}

export function applyComplete(
  state: CoordinatorState,
  command: CompleteTransaction,
  writer: StateWriter,
): Outcome {
  const known = state.transactions.get(command.id);
  const current = known?.round === command.round && isSame(known, command) ? known : undefined;
  // Told twice, by this leader or the one before it.
  if (current === undefined || current.state === 'empty' || current.state === 'ongoing') {
    return { kind: 'changed' };
  }
  const { producerId, producerEpoch, ending = 'client' } = current;
  const committed = current.state === 'prepare-commit';
  const goesOn = current.reusesEpoch && ending === 'client';
  const renewed = goesOn ? current : nextEpoch(current, command.freshProducerId);
  if (renewed === undefined) return needsProducerId(command.id);
  const next: Transaction = {
    ...renewed,
    round: current.round + 1,
    former: formerOf(current, ending),
    state: 'empty',
    startedAtMs: 0,
    changedAtMs: state.globals.timeMs,
    participants: [],
    ending: undefined,
    ended: { producerId, producerEpoch, committed, reason: ending },
  };
  state.putTransaction(next, writer);
  return producerOf(next);
}

/** Whose process may come back under the epoch that it had. */
function formerOf({ producerId, producerEpoch }: Transaction, ending: EndReason): ProducerEpoch | undefined {
  switch (ending) {
    case 'timeout':
    case 'renewed':
      return { producerId, producerEpoch };
    case 'client':
    case 'fenced':
      return undefined;
  }
}

/** The transaction that the claim is about, if it is the one under way or the next one. */
function claimed(state: CoordinatorState, claim: Claim): Transaction | FlowError {
  const known = state.transactions.get(claim.id);
  if (known === undefined) {
    return new FlowError('NOT_FOUND', `transactional id ${claim.id} is not known`, {
      hint: 'Ids that nobody uses are forgotten after 7 days: initialise it again.',
    });
  }
  if (isSame(known, claim)) return known;
  const { ended } = known;
  return isSame(ended, claim) && ended?.reason === 'timeout' ? timedOut(known) : fenced(claim);
}

function tooLate(known: Transaction): FlowError {
  switch (known.ending) {
    case 'timeout':
      return timedOut(known);
    case 'fenced':
      return fenced(known);
    case 'renewed':
    case 'client':
    case undefined:
      return stillEnding(known.id);
  }
}

function timedOut({ id, timeoutMs }: Transaction): FlowError {
  return new FlowError('TRANSACTION_ABORTED', `the transaction of ${id} took longer than ${timeoutMs} ms`, {
    hint: 'Nothing of it is to be seen. Do it again in another transaction, or give it a longer timeout (at most 15 minutes).',
    details: { timeoutMs },
  });
}

function fenced({ id, producerId, producerEpoch }: ProducerEpoch & { readonly id: string }): FlowError {
  return new FlowError('PRODUCER_FENCED', `another process has taken over transactional id ${id}`, {
    hint: 'Each running process needs an id of its own. This one must not go on under the id.',
    details: { producerId, producerEpoch },
  });
}
