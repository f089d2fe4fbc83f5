/**
 * One pipelined Session to one node: requests find their answers by correlation. When the stream ends, every request without an answer
 * fails with an unknown outcome: repeating it with the same request id is safe.
 *
 * Requests of one turn of the event loop travel in one message once the node has said that it takes that; each has its own correlation,
 * deadline and answer. They are sent in the order of their calls.
 */
import type { FlowError } from '@flowmesh/base';
import { FlowError as Failure } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { Surroundings } from '../system.ts';
import { cancelled } from '../system.ts';
import { fromCallFailure, fromErrorMessage, unavailable } from '../wire/errors.ts';
import type { CallLimits, NodeConnection } from '../wire/node-connection.ts';

type Request = flowmesh.v1.KvSessionRequest.$Properties;
type Response = flowmesh.v1.KvSessionResponse;
export type SessionRequest = Pick<Request, 'get' | 'txn'>;

/** Of requests in one message; a larger one travels alone. */
const BATCH_BYTES_MAX = 128 << 10;
const BATCH_REQUESTS_MAX = 500;

interface Waiting {
  settle(result: Answer | FlowError): void;
}

type Answer = flowmesh.v1.KvSessionResponse.$Properties;

class SessionLink {
  ended = false;
  private readonly address: string;
  private readonly call: ClientDuplexStream<Request, Response>;
  private readonly waiting = new Map<number, Waiting>();
  private readonly surroundings: Surroundings;
  private outgoing: Request[] = [];
  private correlation = 0;
  /** The node takes requests in batches. */
  private batches = false;

  constructor(connection: NodeConnection, surroundings: Surroundings) {
    this.address = connection.address;
    this.surroundings = surroundings;
    this.call = connection.kv.session();
    this.call.on('data', (response: Response) => this.receive(response));
    this.call.on('error', (error: Error) => this.end(fromCallFailure(error, this.address)));
    this.call.on('end', () => this.end(unavailable(`${this.address} ended the session`)));
  }

  send(request: SessionRequest, limits: CallLimits): Promise<Answer> {
    const correlation = ++this.correlation;
    const { signal } = limits;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => settle(cancelled());
      const { scheduler } = this.surroundings;
      const timer = scheduler.after(limits.timeoutMs, () => settle(silent(this.address)));
      const settle = (result: Answer | FlowError): void => {
        timer.cancel();
        this.waiting.delete(correlation);
        signal?.removeEventListener('abort', onAbort);
        if (result instanceof Failure) reject(result);
        else if (result.error) reject(fromErrorMessage(result.error));
        else resolve(result);
      };
      this.waiting.set(correlation, { settle });
      signal?.addEventListener('abort', onAbort, { once: true });
      const { get, txn } = request;
      const full: Request = get ? { correlation, get } : { correlation, txn: txn ?? {} };
      if (this.outgoing.push(full) === 1) scheduler.endOfTurn(() => this.flush());
    });
  }

  close(reason: FlowError): void {
    if (this.ended) return;
    this.call.cancel();
    this.end(reason);
  }

  private flush(): void {
    const { outgoing } = this;
    this.outgoing = [];
    if (this.ended) return;
    if (!this.batches || outgoing.length === 1) {
      for (const request of outgoing) this.call.write(this.batches ? request : { ...request, batches: true });
      return;
    }
    for (const batch of batchesOf(outgoing)) this.call.write({ batch });
  }

  private receive(response: Response): void {
    const { batch } = response;
    if (response.batches) this.batches = true;
    if (batch.length === 0) this.waiting.get(response.correlation)?.settle(response);
    for (const one of batch) this.waiting.get(one.correlation ?? 0)?.settle(one);
  }

  private end(error: FlowError): void {
    if (this.ended) return;
    this.ended = true;
    // Settling takes a request out of the map, which the iteration allows.
    for (const waiting of this.waiting.values()) waiting.settle(error);
  }
}

/** The sessions of a client, one a node. */
export class SessionLinks {
  private readonly surroundings: Surroundings;
  private readonly links = new Map<NodeConnection, SessionLink>();

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  send(connection: NodeConnection, request: SessionRequest, limits: CallLimits): Promise<Answer> {
    let link = this.links.get(connection);
    if (link === undefined || link.ended) {
      link = new SessionLink(connection, this.surroundings);
      this.links.set(connection, link);
    }
    return link.send(request, limits);
  }

  close(): void {
    for (const link of this.links.values()) link.close(cancelled());
    this.links.clear();
  }
}

function batchesOf(requests: readonly Request[]): Request[][] {
  const batches: Request[][] = [];
  let batch: Request[] = [];
  let bytes = 0;
  for (const request of requests) {
    const size = bytesOf(request);
    const full = batch.length === BATCH_REQUESTS_MAX || bytes + size > BATCH_BYTES_MAX;
    if (batch.length === 0 || full) {
      batch = [];
      bytes = 0;
      batches.push(batch);
    }
    batch.push(request);
    bytes += size;
  }
  return batches;
}

/** About. */
function bytesOf({ txn }: Request): number {
  let bytes = 0;
  for (const { put } of txn?.success ?? []) bytes += put?.value?.length ?? 0;
  for (const { put } of txn?.failure ?? []) bytes += put?.value?.length ?? 0;
  return bytes;
}

function silent(address: string): FlowError {
  return new Failure('TIMEOUT', `${address} did not answer in time`, { details: { outcome: 'unknown' } });
}
