/**
 * Around every call: malformed requests become INVALID_ARGUMENT instead of INTERNAL, errors get their status and details,
 * cancellation and deadlines become an AbortSignal, callers are entered and left, requests are counted.
 */
import { FlowError } from '@flowmesh/base';
import type { Clock } from '@flowmesh/base';
import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import type { Caller, ServiceMetrics } from '../../services/ports.ts';
import type { Callers } from './callers.ts';
import { asFlowError, statusOf } from './errors.ts';

/** Stands for a request that is no protobuf message of its type. */
export class Malformed {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }

  toError(): FlowError {
    return new FlowError('INVALID_ARGUMENT', `the request is not a valid protobuf message: ${this.reason}`, {
      hint: 'Client and server may use different versions of the contract.',
    });
  }
}

/** The same methods, with requests that cannot be decoded passed on as `Malformed`. */
export function tolerant<Implementation>(
  definition: ServiceDefinition<Implementation>,
): ServiceDefinition<Implementation> {
  const methods: Record<string, unknown> = {};
  for (const [name, method] of Object.entries<MethodDefinition<unknown, unknown>>(definition)) {
    const requestDeserialize = (bytes: Buffer): unknown => {
      try {
        return method.requestDeserialize(bytes);
      } catch (error) {
        return new Malformed(error instanceof Error ? error.message : 'undecodable');
      }
    };
    methods[name] = { ...method, requestDeserialize };
  }
  return methods as ServiceDefinition<Implementation>;
}

export interface CallContext {
  readonly caller: Caller;
  /** Fires when the client cancels, disconnects, or its deadline has passed. */
  readonly signal: AbortSignal;
  /** Milliseconds that the client will wait; undefined where it set no deadline. */
  readonly remainingMs: number | undefined;
}

export interface CallPorts {
  readonly callers: Callers;
  readonly clock: Clock;
  readonly metrics: ServiceMetrics;
  /** Hears of failures that are faults of the node. */
  readonly onFault: (error: FlowError, api: string) => void;
}

/** A handler of a unary method: a promise of its response, FlowErrors thrown. `api` names it in metrics. */
export function unaryHandler<Request, Response>(
  ports: CallPorts,
  api: string,
  handle: (request: Request, context: CallContext) => Promise<Response>,
): (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void {
  return (call, callback) => {
    const startMs = ports.clock.monotonicMs();
    const caller = ports.callers.enter(call.getPeer());
    const finish = (code: string): void => {
      ports.callers.leave(caller);
      ports.metrics.request(api, code, ports.clock.monotonicMs() - startMs);
    };
    run(call, caller, handle).then(
      (response) => {
        finish('OK');
        callback(null, response);
      },
      (thrown: unknown) => {
        const error = asFlowError(thrown);
        finish(error.code);
        if (error.code === 'INTERNAL') ports.onFault(error, api);
        callback(statusOf(error));
      },
    );
  };
}

async function run<Request, Response>(
  call: ServerUnaryCall<Request, Response>,
  caller: Caller,
  handle: (request: Request, context: CallContext) => Promise<Response>,
): Promise<Response> {
  const request: unknown = call.request;
  if (request instanceof Malformed) throw request.toError();
  const abort = new AbortController();
  call.on('cancelled', () => abort.abort());
  return await handle(call.request, {
    caller,
    signal: abort.signal,
    remainingMs: remainingMs(call.getDeadline()),
  });
}

function remainingMs(deadline: Date | number): number | undefined {
  const atMs = typeof deadline === 'number' ? deadline : deadline.getTime();
  return Number.isFinite(atMs) ? Math.max(0, atMs - Date.now()) : undefined;
}

/** Service implementations are plain tables of handlers for grpc-js. */
export function implementation(handlers: object): UntypedServiceImplementation {
  return handlers as UntypedServiceImplementation;
}
