/**
 * A bidirectional call as a pipeline: requests are handed on in the order of their arrival, responses leave as they are ready and carry
 * their request's correlation. AppendStream, EnqueueStream and the like.
 *
 *   open ─ client half-closes ─► draining ─ last request answered ─► ended
 *     └── malformed message, node stops ─► draining, with an error at the end
 *     └── cancelled, disconnected ─► gone: what is in flight goes on, nobody is told
 *
 * Bounded: so many requests and bytes in flight, then nothing more is read until half of it is answered; nothing is read either
 * while the client does not read its responses.
 */
import type { FlowError } from '@flowmesh/base';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller } from '../../services/ports.ts';
import { Unacceptable } from './calls.ts';
import { statusOf } from './errors.ts';

export interface PipelinedCallOptions<Request, Response> {
  readonly call: ServerDuplexStream<Request, Response>;
  readonly caller: Caller;
  readonly inFlightMax: number;
  /** Answers once, possibly before it returns; never throws. */
  handle(request: Request, caller: Caller, respond: (response: Response) => void): void;
  /** Called once, when nothing of the call is left. */
  readonly onEnd: () => void;
}

export class PipelinedCall<Request, Response> {
  private readonly options: PipelinedCallOptions<Request, Response>;
  private state: 'open' | 'draining' | 'ended' | 'gone' = 'open';
  private failure: FlowError | undefined;
  private inFlight = 0;
  private paused = false;
  private congested = false;

  constructor(options: PipelinedCallOptions<Request, Response>) {
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
    this.options.handle(request, this.options.caller, (response) => this.respond(response));
    if (this.inFlight >= this.options.inFlightMax || this.budgetUsed()) this.pause();
  }

  private respond(response: Response): void {
    this.inFlight--;
    if (this.state === 'gone') return;
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
