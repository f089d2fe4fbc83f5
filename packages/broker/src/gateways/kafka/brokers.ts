/**
 * The nodes that Kafka's clients can reach. A node tells its Kafka address with its health; one that has none, or an older build that
 * does not tell, is left out, and so is one that is away: a client that is sent to it could only fail.
 */
import type { NodeId } from '@flowmesh/base';
import type { NodeView } from '../../services/metadata/cluster-view.ts';
import type { NodePort } from '../../services/ports.ts';

export interface Broker {
  readonly nodeId: NodeId;
  readonly host: string;
  readonly port: number;
  readonly rack: string | undefined;
}

/** Those that are alive, by ascending id. */
export function brokersOf(views: readonly NodeView[]): readonly Broker[] {
  return views.flatMap(({ node, alive, kafkaAddress }) =>
    alive && kafkaAddress !== undefined ? [brokerAt(node.id, kafkaAddress, node.rack)] : [],
  );
}

export function brokerOf(nodes: NodePort, node: NodeId): Broker | undefined {
  const address = nodes.reportOf(node)?.kafkaAddress;
  return address === undefined ? undefined : brokerAt(node, address, '');
}

function brokerAt(nodeId: NodeId, address: string, rack: string): Broker {
  const colon = address.lastIndexOf(':');
  return {
    nodeId,
    host: address.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(address.slice(colon + 1)),
    rack: rack === '' ? undefined : rack,
  };
}
