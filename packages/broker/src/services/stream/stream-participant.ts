/**
 * A partition as a participant of transactions: the admission is a command in its log, the marker that ends the transaction a control
 * batch. Where either says nothing new nothing is written, and it is confirmed once everything that was in flight before is applied, so
 * that a repetition never confirms what may still be lost.
 */
import { FlowError, isFlowError, stampBatch } from '@flowmesh/base';
import type { GroupId } from '@flowmesh/base';
import { encodeMarker, encodeStreamCommand } from '@flowmesh/engines';
import type { OpenTransaction, TransactionEnd, TransactionParticipant } from '../transaction/participant.ts';
import type { Appender } from './appender.ts';
import type { PartitionTable, ServedPartition } from './partition-table.ts';

export interface StreamParticipantPorts {
  readonly partitions: PartitionTable;
  readonly appender: Appender;
}

const CONFIRM_TIMEOUT_MS = 10_000;

interface Waits {
  readonly minDurable: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export class StreamParticipant implements TransactionParticipant {
  private readonly ports: StreamParticipantPorts;

  constructor(ports: StreamParticipantPorts) {
    this.ports = ports;
  }

  async admitTransaction(group: GroupId, open: OpenTransaction, signal: AbortSignal): Promise<void> {
    const { served, waits } = this.open(group, signal);
    const { appender } = this.ports;
    const prepared = appender.session(served).prepareAdmission(open);
    if (prepared.kind === 'error') throw prepared.error;
    if (prepared.kind === 'unchanged') return await this.awaitInFlight(served, waits);
    const { producerId, producerEpoch, round } = open;
    const admit = { kind: 'admit', producerId, producerEpoch, round, timeMs: served.nowMs() } as const;
    const { baseOffset, quietBefore } = prepared;
    const command = encodeStreamCommand(admit);
    const reply = await appender.command(served, { ...waits, command, baseOffset, quietBefore });
    if (reply.kind !== 'admitted' || !reply.admitted)
      throw new FlowError('INTERNAL', `the admission of a transaction was answered with ${reply.kind}`);
  }

  async endTransaction(group: GroupId, end: TransactionEnd, signal: AbortSignal): Promise<void> {
    const { served, waits } = this.open(group, signal);
    const { appender } = this.ports;
    const prepared = appender.session(served).prepareMarker(end);
    if (prepared.kind === 'error') throw prepared.error;
    if (prepared.kind === 'unchanged') return await this.awaitInFlight(served, waits);
    const timeMs = served.nowMs();
    const { producerId, producerEpoch, round, coordinatorTerm } = end;
    const { baseOffset, commit } = prepared;
    const command = encodeMarker({
      producerId,
      producerEpoch,
      round,
      commit,
      coordinatorEpoch: coordinatorTerm,
      timeMs,
    });
    stampBatch(command, prepared);
    const reply = await appender.command(served, { ...waits, command, baseOffset });
    if (reply.kind !== 'appended')
      throw new FlowError('INTERNAL', `a transaction marker was answered with ${reply.kind}`);
  }

  private open(
    group: GroupId,
    signal: AbortSignal,
  ): { readonly served: ServedPartition; readonly waits: Waits } {
    const { partitions } = this.ports;
    const ref = partitions.ofGroup(group);
    if (isFlowError(ref)) throw ref;
    const served = partitions.serving(group);
    if (isFlowError(served)) throw served;
    const minDurable = ref.settings.minInsyncReplicas;
    return { served, waits: { minDurable, timeoutMs: CONFIRM_TIMEOUT_MS, signal } };
  }

  private async awaitInFlight(served: ServedPartition, waits: Waits): Promise<void> {
    const { appender } = this.ports;
    const command = encodeStreamCommand({ kind: 'advance-time', timeMs: served.nowMs() });
    await appender.command(served, { ...waits, command, baseOffset: appender.session(served).nextOffset });
  }
}
