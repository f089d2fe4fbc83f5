/**
 * Session: gets and transactions of a pipeline. Requests are handed to the service in the order of their arrival, so that writes keep their
 * order; a get sees what was answered before it was sent.
 */
import { type Clock, FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { KvService } from '../../services/kv/kv-service.ts';
import type { Caller, ServiceMetrics } from '../../services/ports.ts';
import { asFlowError, errorMessage } from './errors.ts';
import { answerGet } from './kv-handlers.ts';
import { placeOf, txnOf, wireTxn } from './kv-translation.ts';
import type { Batching } from './pipelined-call.ts';
import { invalid } from './request-checks.ts';

type Request = flowmesh.v1.KvSessionRequest;
type Response = flowmesh.v1.KvSessionResponse.$Properties;

export interface KvSessionPorts {
  readonly kv: KvService;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
}

const BATCH_REQUESTS_MAX = 1_000;
/** What a response has beyond the values in it, about. */
const RESPONSE_BYTES = 64;

export const SESSION_BATCHES: Batching<Request, Response> = {
  requestsIn: (message) => {
    const { batch } = message;
    if (batch.length === 0) return [message];
    if (batch.length > BATCH_REQUESTS_MAX) return tooMany(batch.length);
    return batch as readonly Request[];
  },
  wanted: ({ batches }) => batches,
  bytesOf: ({ get, txn }) => {
    let bytes = RESPONSE_BYTES + (get?.entry?.value?.length ?? 0);
    for (const { put, get: read, delete: gone } of txn?.results ?? [])
      bytes += RESPONSE_BYTES + ((put?.previous ?? read?.entry ?? gone?.entry)?.value?.length ?? 0);
    return bytes;
  },
  together: (responses) => ({ batch: [...responses] }),
};

function tooMany(count: number): FlowError {
  return new FlowError(
    'INVALID_ARGUMENT',
    `a message has ${count} requests; at most ${BATCH_REQUESTS_MAX} may travel together`,
    { hint: 'Send the others in another message of the session.', details: { field: 'batch' } },
  );
}

/** Answers one request of a session. */
export function answerInSession(
  ports: KvSessionPorts,
  request: Request,
  caller: Caller,
  respond: (response: Response) => void,
): void {
  const { metrics, clock } = ports;
  const startMs = clock.monotonicMs();
  const api = request.txn ? 'kv-txn' : 'kv-get';
  const answer = (response: Response, code: string): void => {
    metrics.request(api, code, clock.monotonicMs() - startMs);
    response.correlation = request.correlation;
    if (request.batches) response.batches = true;
    respond(response);
  };
  const fail = (thrown: unknown): void => {
    const error = asFlowError(thrown);
    answer({ error: errorMessage(error) }, error.code);
  };
  try {
    handle(ports.kv, request, caller, { answer: (response) => answer(response, 'OK'), fail });
  } catch (error) {
    fail(error);
  }
}

function handle(
  kv: KvService,
  request: Request,
  caller: Caller,
  to: { answer(response: Response): void; fail(error: unknown): void },
): void {
  const { get, txn } = request;
  if (get) {
    answerGet(kv, get, caller).then(
      (found) => to.answer({ get: found }),
      (error: unknown) => to.fail(error),
    );
    return;
  }
  if (!txn) throw invalid('request', 'is missing: get or txn');
  const content = txnOf(txn);
  kv.txnThen(placeOf(txn, caller), content, (result) => {
    if (result.ok) to.answer({ txn: wireTxn(result.outcome, content) });
    else to.fail(result.error);
  });
}
