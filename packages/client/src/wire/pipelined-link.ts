/**
 * One pipelined call to one node: requests in order, answers as they are ready, found by correlation. When the stream ends, for whatever
 * reason, every request without an answer fails with UNAVAILABLE (outcome unknown), in the order of sending.
 */
import type { FlowError } from '@flowmesh/base';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import { fromCallFailure, unavailable } from './errors.ts';

interface Awaited<Response> {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: FlowError) => void;
}

export class PipelinedLink<Request, Response extends { correlation: number }> {
  private readonly call: ClientDuplexStream<Request & { correlation: number }, Response>;
  private readonly awaited = new Map<number, Awaited<Response>>();
  private correlation = 0;
  private ended = false;

  constructor(call: ClientDuplexStream<Request & { correlation: number }, Response>, address: string) {
    this.call = call;
    call.on('data', (response: Response) => {
      const waiting = this.awaited.get(response.correlation);
      this.awaited.delete(response.correlation);
      waiting?.resolve(response);
    });
    call.on('error', (error: Error) => this.end(fromCallFailure(error, address)));
    call.on('end', () => this.end(unavailable(`${address} ended the stream of requests`)));
  }

  get open(): boolean {
    return !this.ended;
  }

  request(request: Request): Promise<Response> {
    return new Promise((resolve, reject) => {
      const correlation = ++this.correlation;
      this.awaited.set(correlation, { resolve, reject });
      this.call.write({ ...request, correlation });
    });
  }

  close(reason: FlowError): void {
    if (this.ended) return;
    this.call.cancel();
    this.end(reason);
  }

  private end(error: FlowError): void {
    if (this.ended) return;
    this.ended = true;
    const lost = error.details['outcome'] === 'unknown' ? error : unavailable(error.message, error);
    const awaited = [...this.awaited.values()];
    this.awaited.clear();
    for (const { reject } of awaited) reject(lost);
  }
}
