/** How the gateway takes in calls that stay open, for the services that have some. */
import type { FlowError } from '@flowmesh/base';
import type { Metadata, ServerDuplexStream } from '@grpc/grpc-js';
import type { Caller } from '../../services/ports.ts';
import type { Batching, PipelinedCallOptions } from './pipelined-call.ts';

export interface LongCalls {
  /** A bidirectional method whose requests are answered one by one, each in a message of its own unless `batching` is given. */
  pipelined<Request, Response>(
    handle: PipelinedCallOptions<Request, Response>['handle'],
    batching?: Batching<Request, Response>,
  ): (call: ServerDuplexStream<Request, Response>) => void;
  /** `begin` makes what serves the call, and tells with `onEnd` that nothing of it is left. */
  held<Call extends { getPeer(): string; readonly metadata: Metadata }>(
    begin: (call: Call, caller: Caller, onEnd: () => void) => { end(error: FlowError): void },
  ): (call: Call) => void;
}
