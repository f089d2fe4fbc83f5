/** One API as the gateway serves it: decoded, handled, its answer framed. What handlers are given is named here. */
import { FlowError } from '@flowmesh/base';
import type { Clock, NodeId } from '@flowmesh/base';
import type { Api, Decoded, Encodable, Fields, Frame, RequestHeader } from '@flowmesh/kafka/protocol';
import { responseFrame } from '@flowmesh/kafka/protocol';
import type { ClusterAdmin } from '../../services/cluster/cluster-admin.ts';
import type { LeaderHandover } from '../../services/cluster/leader-handover.ts';
import type { Coordination } from '../../services/group/coordination.ts';
import type { ClusterView } from '../../services/metadata/cluster-view.ts';
import type { LeaderChanges } from '../../services/metadata/leader-changes.ts';
import type { LeaderPatience } from '../../services/metadata/leader-patience.ts';
import type { MetadataCopies } from '../../services/metadata/metadata-copies.ts';
import type { ProducerIds } from '../../services/metadata/producer-ids.ts';
import type { ResourceAdmin } from '../../services/metadata/resource-admin.ts';
import type { ResourceUpdate } from '../../services/metadata/resource-update.ts';
import type { Action, Caller, Door, LeaderPort, NodePort, ServiceMetrics } from '../../services/ports.ts';
import type { StreamService } from '../../services/stream/stream-service.ts';
import type { ClientSession } from './client-session.ts';

/** What requests are translated onto. */
export interface KafkaPorts {
  readonly streams: StreamService;
  readonly admin: ResourceAdmin;
  readonly updates: ResourceUpdate;
  readonly producers: ProducerIds;
  readonly coordination: Coordination;
  readonly cluster: ClusterView;
  readonly copies: MetadataCopies;
  readonly patience: LeaderPatience;
  readonly changes: LeaderChanges;
  readonly clusterAdmin: ClusterAdmin;
  readonly handover: LeaderHandover;
  readonly nodeId: NodeId;
  readonly leaders: LeaderPort;
  readonly nodes: NodePort;
  /** For what Kafka asks beside the services: one API may touch several things. */
  readonly door: Door;
  /** The name of the listener that clients come through. */
  readonly listener: string;
  readonly metrics: ServiceMetrics;
  readonly clock: Clock;
  readonly newUuid: () => string;
  /** A fault of the node, which the client is told about in general words. */
  readonly onFault: (error: FlowError, api: string) => void;
}

export interface RequestContext {
  readonly caller: Caller;
  /** Of the connection. */
  readonly session: ClientSession;
  readonly version: number;
  /** As it calls itself; empty where it does not. */
  readonly clientId: string;
  /** Fires when the client is gone, or the node stops. */
  readonly signal: AbortSignal;
}

export interface ServedApi {
  readonly key: number;
  readonly name: string;
  /** The versions that it is served in. */
  readonly versions: readonly [first: number, last: number];
  /** Undefined where the request gets no response. Rejects where nothing can be answered: the connection ends. */
  readonly answer: (
    header: RequestHeader,
    frame: Uint8Array,
    context: RequestContext,
  ) => Promise<Frame | undefined>;
}

export function servedApi<Req extends Fields, Res extends Fields>(
  api: Api<Req, Res>,
  handle: (request: Decoded<Req>, context: RequestContext) => Promise<Encodable<Res> | undefined>,
  versions: readonly [first: number, last: number] = api.versions,
): ServedApi {
  return {
    key: api.key,
    name: api.name,
    versions,
    // No turn passes before the handler runs: appends of one connection are placed in the order of their requests.
    answer: async ({ apiVersion, correlationId, bodyAt }, frame, context) => {
      const request = api.request.decode(apiVersion, frame, bodyAt);
      const response = await handle(request, context);
      if (response === undefined) return undefined;
      return responseFrame(api, { version: apiVersion, correlationId }, response);
    },
  };
}

/** It changes the metadata: answered once the other nodes know, since clients ask whichever they like next. */
export function changing(ports: Pick<KafkaPorts, 'copies'>, api: ServedApi): ServedApi {
  return {
    ...api,
    answer: async (header, frame, context) => {
      const answer = await api.answer(header, frame, context);
      await ports.copies.catchUp(context.signal);
      return answer;
    },
  };
}

/** PERMISSION_DENIED, UNAUTHENTICATED. */
export function pass(
  { door }: Pick<KafkaPorts, 'door'>,
  caller: Caller,
  action: Action,
  resource: string,
): void {
  const closed = door.authorise(caller, action, resource);
  if (closed !== undefined) throw closed;
}

/** The request is answered by the end of the connection. */
export function closing(message: string, hint: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', message, { hint });
}
