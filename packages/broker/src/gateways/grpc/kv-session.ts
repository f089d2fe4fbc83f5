/**
 * Session: gets and transactions of a pipeline. Requests are handed to the service in the order of their arrival, so that writes keep their
 * order; a get sees what was answered before it was sent.
 */
import type { Clock } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { KvService } from '../../services/kv/kv-service.ts';
import type { Caller, ServiceMetrics } from '../../services/ports.ts';
import { asFlowError, errorMessage } from './errors.ts';
import { answerGet } from './kv-handlers.ts';
import { placeOf, txnOf, wireTxn } from './kv-translation.ts';
import { invalid } from './request-checks.ts';

type Request = flowmesh.v1.KvSessionRequest;
type Response = flowmesh.v1.KvSessionResponse.$Properties;

export interface KvSessionPorts {
  readonly kv: KvService;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
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
    respond({ ...response, correlation: request.correlation });
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
