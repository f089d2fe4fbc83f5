/**
 * A bidirectional call as a pipeline: requests are handed on in the order of their arrival, responses leave as they are ready and carry
 * their request's correlation. AppendStream, EnqueueStream and the like.
 *
 *   open ─ client half-closes ─► draining ─ last request answered ─► ended
 *     └── malformed message, node stops ─► draining, with an error at the end
 *     └── cancelled, disconnected ─► gone: what is in flight goes on, nobody is told
 *
 * Bounded: so many requests and bytes in flight, then nothing more is read until half of it is answered; nothing is read either
 * while the client does not read its responses. Where requests may come together in one message, that message may go beyond the bound.
 *
 * A message costs more than most requests, so responses that become ready in one go leave in one message, to clients that take that.
 */
import { type FlowError, isFlowError } from '@flowmesh/base';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller } from '../../services/ports.ts';
import { Unacceptable } from './calls.ts';
import { statusOf } from './errors.ts';

/** How several requests, and several responses, travel in one message. */
export interface Batching<Request, Response> {
  /** What a message holds, one request or many; an error ends the call. */
  requestsIn(message: Request): readonly Request[] | FlowError;
  /** Whether the client says that it takes responses together. */
  wanted(message: Request): boolean;
  /** About. */
  bytesOf(response: Response): number;
  together(responses: readonly Response[]): Response;
}

/** Of responses in one message; a larger one travels alone. */
const BATCH_BYTES_MAX = 256 << 10;
const BATCH_RESPONSES_MAX = 1_000;

export interface PipelinedCallOptions<Request, Response> {
  readonly call: ServerDuplexStream<Request, Response>;
  readonly caller: Caller;
  readonly inFlightMax: number;
  /** Answers once, possibly before it returns; never throws. */
  handle(request: Request, caller: Caller, respond: (response: Response) => void): void;
  /** Absent: a message is a request. */
  readonly batching: Batching<Request, Response> | undefined;
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
  /** The client takes responses together. */
  private together = false;
  private ready: Response[] = [];

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
    const { batching, inFlightMax } = this.options;
    if (batching === undefined) this.handle(request);
    else {
      this.together ||= batching.wanted(request);
      const requests = batching.requestsIn(request);
      if (isFlowError(requests)) return this.drain(requests);
      for (const one of requests) this.handle(one);
    }
    if (this.inFlight >= inFlightMax || this.budgetUsed()) this.pause();
  }

  private handle(request: Request): void {
    this.inFlight++;
    this.options.handle(request, this.options.caller, (response) => this.respond(response));
  }

  private respond(response: Response): void {
    if (!this.together) return this.send([response]);
    // What else is answered before this run of JavaScript ends goes with it.
    if (this.ready.push(response) === 1) queueMicrotask(() => this.flush());
  }

  private flush(): void {
    const { ready } = this;
    this.ready = [];
    const bytesOf = (response: Response): number => this.options.batching?.bytesOf(response) ?? 0;
    let batch: Response[] = [];
    let bytes = 0;
    for (const response of ready) {
      const size = bytesOf(response);
      if (batch.length === BATCH_RESPONSES_MAX || (batch.length > 0 && bytes + size > BATCH_BYTES_MAX)) {
        this.send(batch);
        batch = [];
        bytes = 0;
      }
      batch.push(response);
      bytes += size;
    }
    this.send(batch);
  }

  private send(responses: readonly Response[]): void {
    this.inFlight -= responses.length;
    if (this.state === 'gone') return;
    const [first] = responses;
    const message = responses.length > 1 ? this.options.batching?.together(responses) : first;
    if (message !== undefined && !this.options.call.write(message)) {
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
