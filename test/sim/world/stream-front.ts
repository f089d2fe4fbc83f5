/**
 * The door of the streams on one node, as narrow as the services' own: a session per served term assigns offsets and finds repeated
 * batches, the batch is stamped in place and proposed; a repetition waits for its original to be committed.
 */
import { FlowError, type GroupId, must, type Random, readBatchHeader, stampBatch } from '@flowmesh/base';
import {
  AppendSession,
  encodeStreamCommand,
  frameOf,
  type StreamMachine,
  type StreamReply,
} from '@flowmesh/engines';
import type { ProposalResult, Replica } from '../../../packages/broker/src/replica/replica-api.ts';
import type { NodeReplicas } from '../../../packages/broker/src/replica/replica-manager.ts';
import { violated } from '../check/violation.ts';
import type { NodeClock } from '../time/node-clock.ts';

export type AppendResult = { readonly baseOffset: number } | { readonly error: FlowError };

export interface SeenByReader {
  readonly endOffset: number;
  readonly batches: readonly Uint8Array[];
}

interface Repetition {
  readonly baseOffset: number;
  readonly endOffset: number;
  readonly done: (result: AppendResult) => void;
}

interface Served {
  readonly session: AppendSession;
  readonly machine: StreamMachine;
  repetitions: Repetition[];
}

const READ_BYTES = 2_000;
const BARRIER_MS = 1_000;

export class StreamFront {
  private readonly clock: NodeClock;
  private readonly served = new Map<GroupId, Served>();

  constructor(clock: NodeClock) {
    this.clock = clock;
  }

  serving(replica: Replica, term: number): void {
    const machine = streamOf(replica);
    this.served.set(replica.group, { session: new AppendSession(term, machine), machine, repetitions: [] });
  }

  stopped(replica: Replica): void {
    const served = this.served.get(replica.group);
    if (served === undefined) return;
    this.served.delete(replica.group);
    served.session.end();
    for (const repetition of served.repetitions) repetition.done({ error: notLeader() });
  }

  applied(replica: Replica): void {
    const served = this.served.get(replica.group);
    if (served === undefined || served.repetitions.length === 0) return;
    const { endOffset } = served.machine;
    const answered = served.repetitions.filter((repetition) => repetition.endOffset <= endOffset);
    served.repetitions = served.repetitions.filter((repetition) => repetition.endOffset > endOffset);
    for (const { baseOffset, done } of answered) done({ baseOffset });
  }

  /** `batch` is the front's from here on. `done` is called once. */
  append(
    group: GroupId,
    replicas: NodeReplicas | undefined,
    batch: Uint8Array,
    done: (result: AppendResult) => void,
  ): void {
    const replica = replicas?.get(group);
    const served = this.served.get(group);
    if (replica === undefined || served === undefined) {
      done({ error: notLeader() });
      return;
    }
    const prepared = served.session.prepare(must(readBatchHeader(batch), 'clients send batches'));
    switch (prepared.kind) {
      case 'error':
        // A leader that has been replaced without knowing it knows too little to refuse for good.
        replica.readBarrier(BARRIER_MS).then(
          () => done({ error: served.session.isEnded ? notLeader() : prepared.error }),
          () => done({ error: notLeader() }),
        );
        return;
      case 'duplicate':
        if (prepared.applied) done({ baseOffset: prepared.baseOffset });
        else
          served.repetitions.push({ baseOffset: prepared.baseOffset, endOffset: prepared.endOffset, done });
        return;
      case 'duplicate-delay':
        throw new Error('no client of the simulator delays records');
      case 'append': {
        stampBatch(batch, prepared);
        const error = replica.propose([
          {
            command: batch,
            ack: 'applied',
            minDurable: 0,
            done: (result) => done(this.outcome(served, result)),
          },
        ]);
        if (error === undefined) return;
        served.session.undo(prepared.baseOffset);
        done({ error });
      }
    }
  }

  trim(group: GroupId, replicas: NodeReplicas | undefined, offset: number): FlowError | undefined {
    const command = encodeStreamCommand({ kind: 'trim-to', offset, timeMs: this.clock.wallMs() });
    const proposal = { command, ack: 'applied', minDurable: 0, done: () => undefined } as const;
    return replicas?.get(group)?.propose([proposal]) ?? undefined;
  }

  /** The end of the stream behind a barrier, and some batches of it; without batches where a trim came in between. */
  async read(replica: Replica, timeoutMs: number, random: Random): Promise<SeenByReader> {
    await replica.readBarrier(timeoutMs);
    const machine = streamOf(replica);
    const { endOffset, logStartOffset } = machine;
    if (endOffset === logStartOffset) return { endOffset, batches: [] };
    const offset = logStartOffset + random.below(endOffset - logStartOffset);
    try {
      const index = machine.locateRecent(offset) ?? (await machine.locate(offset, replica.state)).index;
      const entries = await replica.store.read(index, replica.applied + 1, READ_BYTES);
      const batches = entries
        .filter((entry) => entry.kind === 'normal' && entry.data.length > 0)
        .map((entry) => entry.data);
      return { endOffset, batches: batches.filter((data) => frameOf(data) === 'batch') };
    } catch (error) {
      if (error instanceof FlowError && error.code === 'CORRUPTION') replica.reportDamage(error);
      if (error instanceof FlowError) return { endOffset, batches: [] };
      throw error;
    }
  }

  /** Every batch from the log start to the end, in order and without a gap. */
  async readAll(replica: Replica, seen: (batch: Uint8Array) => void): Promise<void> {
    const machine = streamOf(replica);
    const { endOffset, logStartOffset } = machine;
    const last = replica.applied;
    if (endOffset === logStartOffset) return;
    let index = (await machine.locate(logStartOffset, replica.state)).index;
    let next: number | undefined;
    while (index <= last) {
      const entries = await replica.store.read(index, last + 1, READ_BYTES);
      for (const { kind, data } of entries) {
        if (kind !== 'normal' || data.length === 0 || frameOf(data) !== 'batch') continue;
        const { baseOffset, recordCount } = must(readBatchHeader(data), 'a batch has a header');
        const late = next === undefined ? baseOffset > logStartOffset : baseOffset !== next;
        if (late)
          violated(
            'offsets-dense',
            `group ${replica.group}: a reader finds ${baseOffset} after ${next ?? logStartOffset}`,
          );
        next = baseOffset + recordCount;
        seen(data);
      }
      index += entries.length;
    }
    if (next !== endOffset)
      violated('offsets-dense', `group ${replica.group}: a reader comes to ${next}, the end is ${endOffset}`);
  }

  private outcome(served: Served, result: ProposalResult): AppendResult {
    if (!result.ok) {
      served.session.end();
      return { error: result.error };
    }
    const reply = must(result.reply, 'an applied proposal has a reply');
    if (!reply.ok) return { error: reply.error };
    const value = reply.value as StreamReply;
    if (value.kind !== 'appended') throw new Error(`a batch was answered with ${value.kind}`);
    return { baseOffset: value.baseOffset };
  }
}

function streamOf(replica: Replica): StreamMachine {
  return replica.machine as unknown as StreamMachine;
}

function notLeader(): FlowError {
  return new FlowError('NOT_LEADER', 'this node does not lead the stream');
}
