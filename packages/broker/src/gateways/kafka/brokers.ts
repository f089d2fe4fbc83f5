/**
 * The nodes that Kafka's clients can reach by the listener that they came through. A node tells the addresses of its listeners with its
 * health; one that has none of that name, or an older build that does not tell, is left out, and so is one that is away: a client that is sent to it could only fail.
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

export interface BrokerPorts {
  readonly nodes: NodePort;
  /** That the client came through. */
  readonly listener: string;
}

/** Those that are alive, by ascending id. */
export function brokersOf(views: readonly NodeView[], listener: string): readonly Broker[] {
  return views.flatMap(({ node, alive, kafkaAddresses }) => {
    const address = kafkaAddresses.get(listener);
    return alive && address !== undefined ? [brokerAt(node.id, address, node.rack)] : [];
  });
}

export function brokerOf({ nodes, listener }: BrokerPorts, node: NodeId): Broker | undefined {
  const address = nodes.reportOf(node)?.kafkaAddresses?.get(listener);
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
