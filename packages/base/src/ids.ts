/**
 * Identities of the cluster. The only place where branded ids are made.
 *
 * A Raft member is {nodeId, replicaId}: the same node placed twice in a group gets two replica ids, so that a
 * removed or wiped replica can never be mistaken for its successor. Both fit one safe integer, the member id
 * that the consensus core works with: `replicaId * 65536 + nodeId`.
 */
import { assert } from './assert.ts';

/** A Raft group. 0 is the metadata group. Never reused. Safe integer ≥ 0. */
export type GroupId = number & { readonly __brand: 'GroupId' };
/** A broker node, assigned by the metadata group and never reused. 1 … 65,535. */
export type NodeId = number & { readonly __brand: 'NodeId' };
/** The metadata revision that placed a replica; 1 for the members that a cluster was bootstrapped with. 1 … 2^37-1. */
export type ReplicaId = number & { readonly __brand: 'ReplicaId' };
/** A replica as the consensus core knows it: node id and replica id in one safe integer. 0 means none. */
export type MemberId = number & { readonly __brand: 'MemberId' };

export const NODE_ID_MAX = 65_535;
export const REPLICA_ID_MAX = 2 ** 37 - 1;
const NODE_SPAN = 65_536;

export const METADATA_GROUP = 0 as GroupId;
export const NO_MEMBER = 0 as MemberId;

export function groupId(value: number): GroupId {
  assert(Number.isSafeInteger(value) && value >= 0, 'group id out of range');
  return value as GroupId;
}

export function nodeId(value: number): NodeId {
  assert(Number.isInteger(value) && value >= 1 && value <= NODE_ID_MAX, 'node id out of range');
  return value as NodeId;
}

export function replicaId(value: number): ReplicaId {
  assert(Number.isInteger(value) && value >= 1 && value <= REPLICA_ID_MAX, 'replica id out of range');
  return value as ReplicaId;
}

export function memberId(member: { readonly node: NodeId; readonly replica: ReplicaId }): MemberId {
  return (member.replica * NODE_SPAN + member.node) as MemberId;
}

/** A member id from storage or wire; throws an assertion for anything that `memberId` cannot have made. */
export function memberIdFrom(value: number): MemberId {
  assert(Number.isSafeInteger(value) && value > 0, 'member id out of range');
  nodeId(value % NODE_SPAN);
  return value as MemberId;
}

export function nodeOf(member: MemberId): NodeId {
  return (member % NODE_SPAN) as NodeId;
}

export function replicaOf(member: MemberId): ReplicaId {
  return Math.floor(member / NODE_SPAN) as ReplicaId;
}
