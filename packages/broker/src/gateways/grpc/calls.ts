/**
 * Around every call: requests that cannot be taken become errors that say why, errors get their status and details,
 * cancellation and deadlines become an AbortSignal, callers are entered and left, requests are counted.
 */
import { FlowError } from '@flowmesh/base';
import type { Clock } from '@flowmesh/base';
import type { Metadata, sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import type { Caller, ServiceMetrics } from '../../services/ports.ts';
import type { Callers } from './callers.ts';
import { asFlowError, statusOf } from './errors.ts';

/** Stands for a request that cannot be taken: no protobuf message of its type, or too large. */
export class Unacceptable {
  readonly error: FlowError;

  constructor(error: FlowError) {
    this.error = error;
  }
}

/**
 * The same methods, with requests that cannot be taken passed on as `Unacceptable` instead of failing inside grpc-js, and with the
 * bytes of both directions counted.
 */
export function tolerant<Implementation>(
  definition: ServiceDefinition<Implementation>,
  messageBytesMax: number,
  metrics: ServiceMetrics,
): ServiceDefinition<Implementation> {
  const methods: Record<string, unknown> = {};
  for (const [name, method] of Object.entries<MethodDefinition<unknown, unknown>>(definition)) {
    const requestDeserialize = (bytes: Buffer): unknown => {
      metrics.traffic('received', bytes.length);
      if (bytes.length > messageBytesMax) return new Unacceptable(tooLarge(bytes.length, messageBytesMax));
      try {
        return method.requestDeserialize(bytes);
      } catch (error) {
        return new Unacceptable(malformed(error instanceof Error ? error.message : 'undecodable'));
      }
    };
    const responseSerialize = (message: unknown): Buffer => {
      const bytes = method.responseSerialize(message);
      metrics.traffic('sent', bytes.length);
      return bytes;
    };
    methods[name] = { ...method, requestDeserialize, responseSerialize };
  }
  return methods as ServiceDefinition<Implementation>;
}

function malformed(reason: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `the request is not a valid protobuf message: ${reason}`, {
    hint: 'Client and server may use different versions of the contract.',
  });
}

function tooLarge(bytes: number, bytesMax: number): FlowError {
  return new FlowError('BATCH_TOO_LARGE', `the message has ${bytes} bytes; at most ${bytesMax} are taken`, {
    hint: 'Send smaller batches; one message holds one batch.',
    details: { bytes, bytesMax },
  });
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
  /** Who was found to make the call. */
  readonly principalOf: (metadata: Metadata) => string | undefined;
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
    const caller = ports.callers.enter(call.getPeer(), ports.principalOf(call.metadata));
    const finish = (code: string): void => {
      ports.callers.leave(caller);
      ports.metrics.request(api, code, ports.clock.monotonicMs() - startMs);
    };
    run(call, { caller, clock: ports.clock }, handle).then(
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

/** `unaryHandler` for one gateway. */
export type MakeUnary = <Request, Response>(
  api: string,
  handle: (request: Request, context: CallContext) => Promise<Response>,
) => (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>) => void;

async function run<Request, Response>(
  call: ServerUnaryCall<Request, Response>,
  by: { readonly caller: Caller; readonly clock: Clock },
  handle: (request: Request, context: CallContext) => Promise<Response>,
): Promise<Response> {
  const request: unknown = call.request;
  if (request instanceof Unacceptable) throw request.error;
  const abort = new AbortController();
  call.on('cancelled', () => abort.abort());
  const { caller, clock } = by;
  return await handle(call.request, {
    caller,
    signal: abort.signal,
    remainingMs: remainingMs(call.getDeadline(), clock),
  });
}

function remainingMs(deadline: Date | number, clock: Clock): number | undefined {
  const atMs = typeof deadline === 'number' ? deadline : deadline.getTime();
  return Number.isFinite(atMs) ? Math.max(0, atMs - clock.wallMs()) : undefined;
}

/** Service implementations are plain tables of handlers for grpc-js. */
export function implementation(handlers: object): UntypedServiceImplementation {
  return handlers as UntypedServiceImplementation;
}
