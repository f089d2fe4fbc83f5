/**
 * AppendStream: one connection's pipeline of appends. Requests to a partition keep their order, because they are handed to the
 * service in the order of arrival; responses leave as appends complete and carry the request's correlation.
 *
 *   open ─ client half-closes ─► draining ─ last append answered ─► ended
 *     └── malformed message, node stops ─► draining, with an error at the end
 *     └── cancelled, disconnected ─► gone: what is in flight goes on, nobody is told
 *
 * Bounded: so many appends and bytes in flight, then nothing more is read until half of it is answered; nothing is read either
 * while the client does not read its responses.
 */
import type { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller } from '../../services/ports.ts';
import type { AppendResult } from '../../services/stream/pending-append.ts';
import type { StreamService } from '../../services/stream/stream-service.ts';
import { appendArguments, appendedMetadata } from './append-translation.ts';
import { Unacceptable } from './calls.ts';
import { asFlowError, errorMessage, statusOf } from './errors.ts';

type Request = flowmesh.v1.AppendRequest;
type Response = flowmesh.v1.AppendResponse.$Properties;
export type AppendCall = ServerDuplexStream<Request, Response>;

export interface AppendStreamOptions {
  readonly call: AppendCall;
  readonly caller: Caller;
  readonly streams: StreamService;
  readonly inFlightMax: number;
  /** Called once, when nothing of the call is left. */
  readonly onEnd: () => void;
}

export class AppendStreamCall {
  private readonly options: AppendStreamOptions;
  private state: 'open' | 'draining' | 'ended' | 'gone' = 'open';
  private failure: FlowError | undefined;
  private inFlight = 0;
  private paused = false;
  private congested = false;

  constructor(options: AppendStreamOptions) {
    this.options = options;
    const { call } = options;
    call.on('data', (request: Request) => this.receive(request));
    call.on('end', () => this.drain(undefined));
    call.on('drain', () => {
      this.congested = false;
      this.maybeResume();
    });
    call.on('cancelled', () => this.gone());
    call.on('error', () => this.gone());
  }

  /** Takes no more requests, answers those in flight, then ends the call with `error`, or well where there is none. */
  drain(error: FlowError | undefined): void {
    if (this.state !== 'open') return;
    this.state = 'draining';
    this.failure = error;
    // What still arrives is read and dropped, so that the end of the client's side is seen.
    this.options.call.resume();
    if (this.inFlight === 0) this.end();
  }

  private receive(request: Request): void {
    if (this.state !== 'open') return;
    const received: unknown = request;
    if (received instanceof Unacceptable) return this.drain(received.error);
    this.inFlight++;
    this.append(request);
    if (this.inFlight >= this.options.inFlightMax || this.budgetUsed()) this.pause();
  }

  private append(request: Request): void {
    const { correlation } = request;
    try {
      const append = appendArguments(request, this.options.caller);
      const done = (result: AppendResult): void => this.respond(correlation, result);
      if (append.kind === 'batch') this.options.streams.append(append.request, done);
      else this.options.streams.appendRecords(append.request, append.records, done);
    } catch (error) {
      this.respond(correlation, { ok: false, error: asFlowError(error) });
    }
  }

  private respond(correlation: number, result: AppendResult): void {
    this.inFlight--;
    if (this.state === 'gone') return;
    const response: Response = result.ok
      ? { correlation, metadata: appendedMetadata(result.appended) }
      : { correlation, error: errorMessage(result.error) };
    if (!this.options.call.write(response)) {
      this.congested = true;
      this.pause();
    }
    if (this.state === 'draining') {
      if (this.inFlight === 0) this.end();
    } else this.maybeResume();
  }

  private budgetUsed(): boolean {
    const { inFlight } = this.options.caller;
    return inFlight.usedBytes * 2 >= inFlight.limitBytes;
  }

  private pause(): void {
    if (this.paused || this.state !== 'open') return;
    this.paused = true;
    this.options.call.pause();
  }

  private maybeResume(): void {
    if (!this.paused || this.congested || this.state !== 'open') return;
    if (this.inFlight * 2 > this.options.inFlightMax || this.budgetUsed()) {
      // Others of the same connection may hold the budget: with nothing in flight here, nobody would wake this call.
      if (this.inFlight > 0) return;
    }
    this.paused = false;
    this.options.call.resume();
  }

  private end(): void {
    this.state = 'ended';
    const { call } = this.options;
    if (this.failure === undefined) call.end();
    else call.emit('error', statusOf(this.failure));
    this.options.onEnd();
  }

  private gone(): void {
    if (this.state === 'gone' || this.state === 'ended') return;
    this.state = 'gone';
    this.options.onEnd();
  }
}
