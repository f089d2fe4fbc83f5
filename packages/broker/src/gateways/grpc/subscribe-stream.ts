/**
 * Subscribe: the first message says what to push, the following ones grant credit. Responses are encoded when they are
 * delivered, and nothing is delivered while the client's connection is full.
 *
 *   waiting ─ start ─► pushing ─ credit … ─► ended: the client half-closed or cancelled, every partition ended, the node stops
 */
import { isFlowError } from '@flowmesh/base';
import type { FlowError } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller } from '../../services/ports.ts';
import type { StreamService } from '../../services/stream/stream-service.ts';
import type { Delivery, Subscription, SubscriptionSink } from '../../services/stream/subscription.ts';
import { Unacceptable } from './calls.ts';
import { asFlowError, errorMessage, statusOf } from './errors.ts';
import {
  CREDIT_MAX_BYTES,
  filterText,
  integer,
  invalid,
  isolation,
  known,
  offset,
  partitionNumber,
  streamName,
} from './request-checks.ts';
import { wireFilterReport, wireRecords } from './wire-records.ts';

const { ISOLATION_COMMITTED } = flowmesh.v1.Isolation;
const { READ_FORMAT_BATCHES, READ_FORMAT_RECORDS } = flowmesh.v1.ReadFormat;

type Request = flowmesh.v1.SubscribeRequest;
type Response = flowmesh.v1.SubscribeResponse.$Properties;
export type SubscribeCall = ServerDuplexStream<Request, Response>;

export interface SubscribeStreamOptions {
  readonly call: SubscribeCall;
  readonly caller: Caller;
  readonly streams: StreamService;
  /** Called once, when nothing of the call is left. */
  readonly onEnd: () => void;
}

export class SubscribeStreamCall implements SubscriptionSink {
  private readonly options: SubscribeStreamOptions;
  private stream = '';
  private records = false;
  private started = false;
  private ended = false;
  private open = 0;
  private subscription: Subscription | undefined;

  constructor(options: SubscribeStreamOptions) {
    this.options = options;
    const { call } = options;
    call.on('data', (request: Request) => this.receive(request));
    call.on('end', () => this.end(undefined));
    call.on('drain', () => this.subscription?.resume());
    call.on('cancelled', () => this.finish());
    call.on('error', () => this.finish());
  }

  /** Ends the call; with `error` as its status, or well. */
  end(error: FlowError | undefined): void {
    if (this.ended) return;
    this.finish();
    const { call } = this.options;
    if (error === undefined) call.end();
    else call.emit('error', statusOf(error));
  }

  deliver(delivery: Delivery): boolean {
    const response: Response = {
      partition: delivery.partition,
      nextOffset: delivery.nextOffset,
      highWatermark: delivery.highWatermark,
      lastStableOffset: delivery.lastStableOffset,
      ...wireFilterReport(delivery.filter),
      costBytes: delivery.bytes,
    };
    if (this.records) {
      const records = this.options.streams.recordsOf(delivery.batches, delivery.fromOffset);
      if (isFlowError(records)) {
        this.subscription?.drop(delivery.partition, records);
        return true;
      }
      response.records = wireRecords(records);
    } else response.batches = delivery.batches as Uint8Array[];
    return this.options.call.write(response);
  }

  partitionEnded(partition: number, error: FlowError): void {
    if (this.ended) return;
    this.options.call.write({ partition, error: errorMessage(error) });
    this.open--;
    // Not at once: the start may still be going on.
    if (this.open === 0) queueMicrotask(() => this.end(undefined));
  }

  private receive(request: Request): void {
    if (this.ended) return;
    try {
      const received: unknown = request;
      if (received instanceof Unacceptable) throw received.error;
      const { start, creditBytes } = request;
      if (start !== null && start !== undefined) this.start(start);
      else if (creditBytes !== null && creditBytes !== undefined) this.grant(creditBytes);
      else throw invalid('kind', 'is missing: start or credit_bytes');
    } catch (error) {
      this.end(asFlowError(error));
    }
  }

  private start(start: flowmesh.v1.SubscribeStart.$Properties): void {
    if (this.started) throw invalid('start', 'may come only once');
    const stream = streamName(start.stream ?? '');
    const format = known(start.format ?? READ_FORMAT_RECORDS, 'format', [
      READ_FORMAT_RECORDS,
      READ_FORMAT_BATCHES,
    ]);
    const positions = (start.positions ?? []).map((position) => ({
      partition: partitionNumber(position.partition ?? 0, 'positions.partition'),
      offset: offset(position.offset ?? 0, 'positions.offset'),
    }));
    if (positions.length === 0) throw invalid('positions', 'is empty');
    if (new Set(positions.map(({ partition }) => partition)).size < positions.length)
      throw invalid('positions', 'names a partition twice');
    const credit = integer(start.creditBytes ?? 0, 'credit_bytes', { min: 0, max: CREDIT_MAX_BYTES });
    this.started = true;
    this.stream = stream;
    this.records = format === READ_FORMAT_RECORDS;
    this.open = positions.length;
    this.subscription = this.options.streams.subscribe(
      {
        caller: this.options.caller,
        stream: this.stream,
        positions,
        isolation: isolation(start.isolation ?? ISOLATION_COMMITTED),
        filter: filterText(start.filter ?? ''),
      },
      this,
    );
    this.subscription.grant(credit);
  }

  private grant(bytes: number): void {
    const { subscription } = this;
    if (subscription === undefined) throw invalid('start', 'must come first');
    integer(bytes, 'credit_bytes', { min: 0, max: CREDIT_MAX_BYTES });
    if (subscription.creditBytes + bytes > CREDIT_MAX_BYTES) {
      throw invalid('credit_bytes', `adds up to more than ${CREDIT_MAX_BYTES}`);
    }
    subscription.grant(bytes);
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.subscription?.close();
    this.options.onEnd();
  }
}
