/** Pieces of what is asked at the end of a run. */
import type { OperationRequest, OperationResult } from './workload.ts';

export type Finals = Generator<OperationRequest, OperationResult, OperationResult>;

/** Asks until it is answered, or `attempts` times; the last result. */
export function* askUntilOk(request: OperationRequest, attempts = 10): Finals {
  let result = yield request;
  for (let i = 1; result.type !== 'ok' && i < attempts; i++) result = yield request;
  return result;
}
