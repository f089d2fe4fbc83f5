/**
 * One pipelined Session to one node: requests find their answers by correlation. When the stream ends, every request without an answer
 * fails with an unknown outcome: repeating it with the same request id is safe.
 */
import type { FlowError } from '@flowmesh/base';
import { FlowError as Failure } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { ClientDuplexStream } from '@grpc/grpc-js';
import type { Surroundings } from '../system.ts';
import { cancelled } from '../system.ts';
import { fromCallFailure, fromErrorMessage, unavailable } from '../wire/errors.ts';
import type { CallLimits, NodeConnection } from '../wire/node-connection.ts';

type Response = flowmesh.v1.KvSessionResponse;
export type SessionRequest = Omit<flowmesh.v1.KvSessionRequest.$Properties, 'correlation'>;

interface Waiting {
  settle(result: Response | FlowError): void;
}

class SessionLink {
  ended = false;
  private readonly address: string;
  private readonly call: ClientDuplexStream<flowmesh.v1.KvSessionRequest.$Properties, Response>;
  private readonly waiting = new Map<number, Waiting>();
  private correlation = 0;

  constructor(connection: NodeConnection) {
    this.address = connection.address;
    this.call = connection.kv.session();
    this.call.on('data', (response: Response) => this.waiting.get(response.correlation)?.settle(response));
    this.call.on('error', (error: Error) => this.end(fromCallFailure(error, this.address)));
    this.call.on('end', () => this.end(unavailable(`${this.address} ended the session`)));
  }

  send(request: SessionRequest, limits: CallLimits, surroundings: Surroundings): Promise<Response> {
    const correlation = ++this.correlation;
    const { signal } = limits;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => settle(cancelled());
      const timer = surroundings.scheduler.after(limits.timeoutMs, () => settle(silent(this.address)));
      const settle = (result: Response | FlowError): void => {
        timer.cancel();
        this.waiting.delete(correlation);
        signal?.removeEventListener('abort', onAbort);
        if (result instanceof Failure) reject(result);
        else if (result.error) reject(fromErrorMessage(result.error));
        else resolve(result);
      };
      this.waiting.set(correlation, { settle });
      signal?.addEventListener('abort', onAbort, { once: true });
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

  send(connection: NodeConnection, request: SessionRequest, limits: CallLimits): Promise<Response> {
    let link = this.links.get(connection);
    if (link === undefined || link.ended) {
      link = new SessionLink(connection);
      this.links.set(connection, link);
    }
    return link.send(request, limits, this.surroundings);
  }

  close(): void {
    for (const link of this.links.values()) link.close(cancelled());
    this.links.clear();
  }
}

function silent(address: string): FlowError {
  return new Failure('TIMEOUT', `${address} did not answer in time`, { details: { outcome: 'unknown' } });
}
