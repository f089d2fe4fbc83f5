/**
 * grpc.health.v1: the node as a whole ("") and its services by name are SERVING while the node is ready, NOT_SERVING before
 * and while it stops. Watchers hear of every change.
 */
import { FlowError } from '@flowmesh/base';
import { grpcProto } from '@flowmesh/proto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { ReadinessPort } from '../../services/ports.ts';
import { Unacceptable } from './calls.ts';
import { statusOf } from './errors.ts';

const { ServingStatus } = grpcProto.health.v1.HealthCheckResponse;
type Request = grpcProto.health.v1.HealthCheckRequest;
type Response = grpcProto.health.v1.HealthCheckResponse.$Properties;
type WatchCall = ServerWritableStream<Request, Response>;

const WATCHERS_MAX = 1_000;

export class Health {
  private readonly readiness: ReadinessPort;
  private readonly services: ReadonlySet<string>;
  private readonly watchers = new Map<WatchCall, () => void>();
  private readonly forget: () => void;
  private stopping = false;

  constructor(readiness: ReadinessPort, services: readonly string[]) {
    this.readiness = readiness;
    this.services = new Set(['', ...services]);
    this.forget = readiness.onChange(() => this.tell());
  }

  async check(request: Request): Promise<Response> {
    if (!this.services.has(request.service))
      throw new FlowError('NOT_FOUND', `there is no service ${request.service}`);
    return { status: this.status() };
  }

  watch(call: WatchCall): void {
    const request: unknown = call.request;
    if (request instanceof Unacceptable) return void call.emit('error', statusOf(request.error));
    if (this.watchers.size >= WATCHERS_MAX) {
      const error = new FlowError('OVERLOADED', 'too many health watchers', { hint: 'Poll Check instead.' });
      return void call.emit('error', statusOf(error));
    }
    const known = this.services.has(call.request.service);
    let last = -1;
    const tell = (): void => {
      const status = known ? this.status() : ServingStatus.SERVICE_UNKNOWN;
      if (status === last) return;
      last = status;
      call.write({ status });
    };
    this.watchers.set(call, tell);
    call.on('cancelled', () => this.watchers.delete(call));
    call.on('error', () => this.watchers.delete(call));
    tell();
  }

  /** Says NOT_SERVING and ends all watches. */
  stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    this.forget();
    this.tell();
    for (const call of this.watchers.keys()) call.end();
    this.watchers.clear();
  }

  private status(): grpcProto.health.v1.HealthCheckResponse.ServingStatus {
    return this.readiness.ready() && !this.stopping ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }

  private tell(): void {
    for (const tell of this.watchers.values()) tell();
  }
}
