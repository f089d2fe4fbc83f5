/**
 * Gives a new directory its place in the cluster, durably, before it takes part in anything. The order matters: the place is recorded, then
 * the identity file, then the metadata replica is created, then its creation is recorded.
 */
import type { NodeId } from '@flowmesh/base';
import { replicaId } from '@flowmesh/base';
import type { GroupBootstrap } from '@flowmesh/storage';
import { METADATA_GROUP } from '@flowmesh/base';
import type { Admitted } from './admission.ts';
import { type MembershipRecord, metadataMember, writeMembership } from './membership-record.ts';
import type { NodeDirectory } from './node-directory.ts';
import { bootstrapConf } from './reconciler.ts';

/** The replica id of those that the cluster is founded with. */
const FOUNDING_REPLICA = replicaId(1);

export function recordOf(clusterId: string, admitted: Admitted): MembershipRecord {
  if (admitted.kind === 'founder') {
    const { self, founders } = admitted;
    return { clusterId, node: self, replica: FOUNDING_REPLICA, founders, peers: founders, created: false };
  }
  const { node, replica, peers } = admitted;
  return { clusterId, node, replica, founders: [], peers, created: false };
}

export async function settle(directory: NodeDirectory, record: MembershipRecord): Promise<void> {
  await writeMembership(directory.store, record);
  await directory.assign(record.clusterId, record.node);
}

/** How the metadata replica begins: founders know all first voters, everybody else learns from the leader. */
export function metadataBootstrap(record: MembershipRecord): GroupBootstrap {
  const initial = record.founders.map((founder) => metadataMember({ ...record, node: founder.node }));
  const member = metadataMember(record);
  return { group: METADATA_GROUP, member, conf: bootstrapConf(initial), machine: 'catalog' };
}

/** The founder that stands for election at once. */
export function isFirstFounder(record: MembershipRecord, self: NodeId): boolean {
  return record.founders.length > 0 && Math.min(...record.founders.map((founder) => founder.node)) === self;
}
