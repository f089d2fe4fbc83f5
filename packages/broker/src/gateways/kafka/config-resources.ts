/** ListConfigResources: what has a configuration. Topics and brokers do, and share groups for which something is set. */
import { ListConfigResources } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { brokersOf } from './brokers.ts';
import { asFlowError, refusal, refusalOf } from './errors.ts';
import { pass, servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type Response = ResponseInput<typeof ListConfigResources>;

const TYPE = { topic: 2, broker: 4, brokerLogger: 8, clientMetrics: 16, group: 32 } as const;
const KNOWN: ReadonlySet<number> = new Set(Object.values(TYPE));

export function configResourcesApi(ports: KafkaPorts): ServedApi {
  return servedApi(ListConfigResources, async (request, context) => listResources(ports, request, context));
}

function listResources(
  ports: KafkaPorts,
  { resourceTypes }: RequestOf<typeof ListConfigResources>,
  { caller, version }: RequestContext,
): Response {
  const { cluster, clusterAdmin, listener } = ports;
  const refused = (errorCode: number): Response => ({ throttleTimeMs: 0, errorCode, configResources: [] });
  if (resourceTypes.some((type) => !KNOWN.has(type)))
    return refused(refusal('UNSUPPORTED_VERSION').errorCode);
  const wanted = (type: number): boolean =>
    version > 0 && (resourceTypes.length === 0 || resourceTypes.includes(type));
  try {
    pass(ports, caller, 'describe-configs', '');
    const { nodes } = cluster.metadata(caller, []);
    const topics = wanted(TYPE.topic) ? cluster.streamNames() : [];
    const brokers = wanted(TYPE.broker) ? brokersOf(nodes, listener) : [];
    const groups = wanted(TYPE.group) ? clusterAdmin.config.groups() : [];
    const configResources = [
      ...topics.map((resourceName) => ({ resourceName, resourceType: TYPE.topic })),
      ...brokers.map((broker) => ({ resourceName: String(broker.nodeId), resourceType: TYPE.broker })),
      ...groups.map((resourceName) => ({ resourceName, resourceType: TYPE.group })),
    ];
    return { throttleTimeMs: 0, errorCode: 0, configResources };
  } catch (thrown) {
    return refused(refusalOf(asFlowError(thrown), 'admin').errorCode);
  }
}
