/** InitProducerId of idempotent producers: each gets an id of its own, so a producer that lost its place begins anew under another. */
import { InitProducerId } from '@flowmesh/kafka/protocol';
import { asFlowError, refusal, refusalOf } from './errors.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, ServedApi } from './served-api.ts';

export function initProducerIdApi({ producers, newUuid }: KafkaPorts): ServedApi {
  return servedApi(InitProducerId, async ({ transactionalId }, { caller }) => {
    const none = { throttleTimeMs: 0, producerId: -1, producerEpoch: -1 };
    // Transactions are not served: their producers are refused here, before they write anything.
    if (transactionalId !== undefined)
      return { ...none, errorCode: refusal('TRANSACTIONAL_ID_AUTHORIZATION_FAILED').errorCode };
    try {
      const producerId = await producers.take(caller, newUuid());
      return { throttleTimeMs: 0, errorCode: 0, producerId, producerEpoch: 0 };
    } catch (error) {
      return { ...none, errorCode: refusalOf(asFlowError(error), 'coordinator').errorCode };
    }
  });
}
