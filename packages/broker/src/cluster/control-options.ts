/** What cluster control of one node is given. */
import type { Clock, FlowError, Scheduler } from '@flowmesh/base';
import type { NodeIntroduction } from '@flowmesh/engines';
import type { ReplicaManager } from '../replica/replica-api.ts';
import type { Transport } from '../transport/transport.ts';
import type { ClusterLog } from './cluster-log.ts';
import type { PeerDiscovery } from './discovery/peer-finder.ts';
import type { FounderAddresses } from './found-cluster.ts';
import type { MembershipRecord, RecordStore } from './membership-record.ts';

export interface ClusterControlOptions {
  readonly record: MembershipRecord;
  readonly introduction: NodeIntroduction;
  /** Addresses of the founders as configured; only the first metadata leader needs them. */
  readonly initialMembers: readonly FounderAddresses[];
  /** Undefined where addresses of peers never change. */
  readonly discovery: PeerDiscovery | undefined;
  /** Where this node founds the cluster: nodes that join it have to show a token. */
  readonly joinTokenRequired: boolean;
  readonly replicas: ReplicaManager;
  readonly transport: Transport;
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  readonly troubles: () => readonly string[];
  readonly vitals: () => NodeVitals;
  /** As the node's own configuration says. */
  readonly replicaLagTimeMaxMs: number;
  /** So many operations are durable in the data directory of a peer. */
  readonly told: (uuid: string, durable: number) => void;
  /** This node was let go: it must not go on. */
  readonly fatal: (error: FlowError) => void;
}

/** How the process and its disk are. */
export interface NodeVitals {
  readonly diskTotalBytes: number;
  readonly diskFreeBytes: number;
  readonly rssBytes: number;
  /** Operations of the engine that are durable. */
  readonly durable: number;
  readonly version: string;
  readonly features: { readonly min: number; readonly max: number };
  /** host:port for Kafka's clients by listener; absent: it has none. */
  readonly kafkaAddresses?: ReadonlyMap<string, string>;
  /** Why this node should not lead: its disk is full or slow. */
  readonly unwell: string | undefined;
}
