/** Who leads instead, beside the error that this node does not: the client goes there without asking for metadata. */
import { nodeId } from '@flowmesh/base';
import type { FlowError, NodeId } from '@flowmesh/base';
import { brokerOf } from './brokers.ts';
import type { Broker, BrokerPorts } from './brokers.ts';

export interface LeaderHint {
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

/** Those of one response. */
export class LeaderHints {
  private readonly ports: BrokerPorts;
  private readonly found = new Map<NodeId, Broker>();

  constructor(ports: BrokerPorts) {
    this.ports = ports;
  }

  /** Undefined where the error names no leader, or one that Kafka's clients cannot reach. */
  of({ code, details }: FlowError): LeaderHint | undefined {
    const { leaderNode, leaderEpoch } = details;
    if (code !== 'NOT_LEADER' || typeof leaderNode !== 'number' || typeof leaderEpoch !== 'number')
      return undefined;
    const broker = brokerOf(this.ports, nodeId(leaderNode));
    if (broker === undefined) return undefined;
    this.found.set(broker.nodeId, broker);
    return { leaderId: broker.nodeId, leaderEpoch };
  }

  /** Of the leaders that were named, by ascending id. */
  endpoints(): readonly Broker[] {
    return [...this.found.values()].sort((a, b) => a.nodeId - b.nodeId);
  }
}
