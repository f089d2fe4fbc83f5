/**
 * One pipelined AppendStream to one node. Requests of a partition keep their order on it; answers come as they are ready and
 * find their request by correlation. When the stream ends, for whatever reason, every request without an answer gets the
 * outcome UNAVAILABLE (unknown), in the order of sending.
 */
import { assert, type FlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { fromCallFailure, fromErrorMessage, unavailable } from '../wire/errors.ts';
import type { NodeConnection } from '../wire/node-connection.ts';
import type { AppendOutcome } from './partition-lane.ts';
import type { Acks } from './types.ts';

type AppendCall = ClientDuplexStream<flowmesh.v1.AppendRequest.$Properties, flowmesh.v1.AppendResponse>;

export interface AppendCommand {
  readonly stream: string;
  readonly partition: number;
  readonly batch: Uint8Array;
  readonly acks: Acks;
  readonly timeoutMs: number;
}

export interface AppendLinkEvents {
  onAnswer(): void;
  /** The stream has ended; the outcomes of what it leaves unanswered are told next. */
  onEnd(error: FlowError): void;
}

export class AppendLink {
  private readonly address: string;
  private readonly events: AppendLinkEvents;
  private readonly call: AppendCall;
  private readonly awaited = new Map<number, (outcome: AppendOutcome) => void>();
  private correlation = 0;
  private ended = false;

  constructor(connection: NodeConnection, events: AppendLinkEvents) {
    this.address = connection.address;
    this.events = events;
    this.call = connection.streams.appendStream();
    this.call.on('data', (response: flowmesh.v1.AppendResponse) => this.onResponse(response));
    this.call.on('error', (error: Error) => this.end(fromCallFailure(error, this.address)));
    this.call.on('end', () => this.end(unavailable(`${this.address} ended the append stream`)));
  }

  get open(): boolean {
    return !this.ended;
  }

  append(command: AppendCommand, onOutcome: (outcome: AppendOutcome) => void): { abandon(): void } {
    assert(!this.ended, 'append on an ended stream');
    const correlation = ++this.correlation;
    this.awaited.set(correlation, onOutcome);
    this.call.write({
      stream: command.stream,
      partition: command.partition,
      batch: command.batch,
      acks: command.acks === 'all' ? flowmesh.v1.Acks.ACKS_ALL : flowmesh.v1.Acks.ACKS_LEADER,
      timeoutMs: command.timeoutMs,
      correlation,
    });
    return { abandon: () => this.awaited.delete(correlation) };
  }

  /** Ends the stream; requests without an answer become UNAVAILABLE. */
  close(reason: FlowError): void {
    if (this.ended) return;
    this.call.cancel();
    this.end(reason);
  }

  private onResponse(response: flowmesh.v1.AppendResponse): void {
    const onOutcome = this.awaited.get(response.correlation);
    if (onOutcome === undefined) return;
    this.awaited.delete(response.correlation);
    this.events.onAnswer();
    onOutcome(outcomeOf(response));
  }

  private end(error: FlowError): void {
    if (this.ended) return;
    this.ended = true;
    const lost = error.details['outcome'] === 'unknown' ? error : unavailable(error.message, error);
    this.events.onEnd(error);
    // An outcome may make its lane take back later requests: look at the map anew for each.
    for (const [correlation, onOutcome] of this.awaited) {
      this.awaited.delete(correlation);
      onOutcome({ ok: false, error: lost });
    }
  }
}

function outcomeOf(response: flowmesh.v1.AppendResponse): AppendOutcome {
  const { metadata, error } = response;
  if (error !== null && error !== undefined) return { ok: false, error: fromErrorMessage(error) };
  if (metadata === null || metadata === undefined) {
    return { ok: false, error: unavailable('an append was answered without a result') };
  }
  return {
    ok: true,
    stored: {
      baseOffset: metadata.baseOffset ?? 0,
      timestampMs: metadata.timestampMs ?? 0,
      leaderEpoch: metadata.leaderEpoch ?? 0,
    },
  };
}
