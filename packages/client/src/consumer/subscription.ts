/** One Subscribe stream to one node, for some partitions. The node sends as far as credit reaches; the reader grants more. */
import type { FlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { type Isolation, wireIsolation } from '../routing/leader-call.ts';
import { fromCallFailure, fromErrorMessage, unavailable } from '../wire/errors.ts';
import type { NodeConnection } from '../wire/node-connection.ts';

type SubscribeCall = ClientDuplexStream<
  flowmesh.v1.SubscribeRequest.$Properties,
  flowmesh.v1.SubscribeResponse
>;

/** What arrived for a partition, not decoded yet. */
export interface Chunk {
  readonly partition: number;
  readonly batches: readonly Uint8Array[];
  readonly nextOffset: number;
  readonly highWatermark: number;
  readonly costBytes: number;
}

export interface SubscriptionEvents {
  /** The filter could not be evaluated for so many more records. */
  onFilterFailed(records: number, cause: string): void;
  onChunk(chunk: Chunk): void;
  onPartitionEnd(partition: number, error: FlowError): void;
  /** The stream has ended, and with it all partitions that had not. */
  onEnd(partitions: readonly number[], error: FlowError): void;
}

export interface SubscriptionStart {
  readonly stream: string;
  readonly positions: readonly { readonly partition: number; readonly offset: number }[];
  readonly creditBytes: number;
  readonly isolation: Isolation;
  readonly filter: string | undefined;
}

export class Subscription {
  readonly address: string;
  private readonly events: SubscriptionEvents;
  private readonly call: SubscribeCall;
  private readonly partitions: Set<number>;
  private readonly grantAtBytes: number;
  private ungranted = 0;
  private filterFailures = 0;
  private ended = false;

  constructor(connection: NodeConnection, start: SubscriptionStart, events: SubscriptionEvents) {
    this.address = connection.address;
    this.events = events;
    this.partitions = new Set(start.positions.map((position) => position.partition));
    this.grantAtBytes = start.creditBytes / 4;
    this.call = connection.subscriptions.subscribe();
    this.call.on('data', (response: flowmesh.v1.SubscribeResponse) => this.onResponse(response));
    this.call.on('error', (error: Error) => this.end(fromCallFailure(error, this.address)));
    this.call.on('end', () => this.end(unavailable(`${this.address} ended the subscription`)));
    this.call.write({
      start: {
        stream: start.stream,
        positions: start.positions.map((position) => ({ ...position })),
        format: flowmesh.v1.ReadFormat.READ_FORMAT_BATCHES,
        creditBytes: start.creditBytes,
        isolation: wireIsolation(start.isolation),
        filter: start.filter ?? '',
      },
    });
  }

  /** The reader has taken so many bytes. Grants travel in larger portions. */
  taken(bytes: number): void {
    if (this.ended) return;
    this.ungranted += bytes;
    if (this.ungranted < this.grantAtBytes) return;
    this.call.write({ creditBytes: this.ungranted });
    this.ungranted = 0;
  }

  /** Ends the stream without telling. */
  cancel(): void {
    if (this.ended) return;
    this.ended = true;
    this.call.cancel();
  }

  private onResponse(response: flowmesh.v1.SubscribeResponse): void {
    if (this.ended || !this.partitions.has(response.partition)) return;
    const { filter } = response;
    if (filter !== null && filter !== undefined) this.onFilterReport(filter);
    if (response.nextOffset > 0 || response.batches.length > 0) {
      this.events.onChunk({
        partition: response.partition,
        batches: response.batches,
        nextOffset: response.nextOffset,
        highWatermark: response.highWatermark,
        costBytes: response.costBytes,
      });
    }
    if (response.error === null || response.error === undefined) return;
    this.partitions.delete(response.partition);
    this.events.onPartitionEnd(response.partition, fromErrorMessage(response.error));
    if (this.partitions.size === 0) this.cancel();
  }

  private onFilterReport({ failed, firstFailure }: flowmesh.v1.FilterReport.$Properties): void {
    const more = (failed ?? 0) - this.filterFailures;
    if (more <= 0) return;
    this.filterFailures += more;
    this.events.onFilterFailed(more, firstFailure ?? '');
  }

  private end(error: FlowError): void {
    if (this.ended) return;
    this.ended = true;
    this.call.cancel();
    this.events.onEnd([...this.partitions], error);
  }
}
