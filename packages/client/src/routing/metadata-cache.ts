/**
 * What the client knows of the cluster: nodes, and who leads each partition of the streams it uses. Pure state.
 *
 * Invariant: for one incarnation of a stream (uuid) the leader epoch of a partition never goes back, so that a node that is
 * behind cannot undo what a better informed one has told.
 */
import { equalBytes } from '@flowmesh/base';

export interface ClusterNode {
  readonly id: number;
  /** host:port */
  readonly address: string;
  readonly httpAddress: string;
  readonly rack: string;
  readonly alive: boolean;
}

export interface PartitionLeader {
  /** 0 where none is known. */
  readonly leader: number;
  readonly epoch: number;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
}

export interface StreamRouting {
  readonly name: string;
  readonly uuid: Uint8Array;
  readonly partitions: readonly PartitionLeader[];
}

/** One node's answer, already decoded. */
export interface MetadataAnswer {
  readonly clusterId: string;
  readonly revision: number;
  readonly nodes: readonly ClusterNode[];
  readonly streams: readonly (StreamRouting & { readonly found: boolean })[];
}

export interface LeaderHint {
  readonly stream: string;
  readonly partition: number;
  readonly leader: number;
  readonly epoch: number;
  readonly address: string | undefined;
}

export class MetadataCache {
  private readonly nodesById = new Map<number, ClusterNode>();
  private readonly streamsByName = new Map<string, StreamRouting>();
  private nodesRevision = -1;
  clusterId = '';

  nodes(): readonly ClusterNode[] {
    return [...this.nodesById.values()].sort((a, b) => a.id - b.id);
  }

  node(id: number): ClusterNode | undefined {
    return this.nodesById.get(id);
  }

  stream(name: string): StreamRouting | undefined {
    return this.streamsByName.get(name);
  }

  streamNames(): readonly string[] {
    return [...this.streamsByName.keys()].sort();
  }

  forget(name: string): void {
    this.streamsByName.delete(name);
  }

  /** Takes over an answer. Returns whether anything that routing depends on has changed. */
  merge(answer: MetadataAnswer): boolean {
    this.clusterId = answer.clusterId;
    let changed = this.mergeNodes(answer);
    for (const stream of answer.streams) {
      if (stream.found) changed = this.mergeStream(stream, answer.revision) || changed;
    }
    return changed;
  }

  /** What NOT_LEADER told; taken over only if it is not older than what is known. */
  applyHint(hint: LeaderHint): boolean {
    const known = this.streamsByName.get(hint.stream);
    const partition = known?.partitions[hint.partition];
    if (known === undefined || partition === undefined || hint.leader === 0) return false;
    if (hint.epoch < partition.epoch || (hint.epoch === partition.epoch && partition.leader !== 0))
      return false;
    if (hint.address !== undefined && this.nodesById.get(hint.leader)?.address !== hint.address) {
      const before = this.nodesById.get(hint.leader);
      this.nodesById.set(hint.leader, {
        id: hint.leader,
        address: hint.address,
        httpAddress: before?.httpAddress ?? '',
        rack: before?.rack ?? '',
        alive: true,
      });
    }
    if (!this.nodesById.has(hint.leader)) return false;
    const partitions = known.partitions.with(hint.partition, {
      ...partition,
      leader: hint.leader,
      epoch: hint.epoch,
    });
    this.streamsByName.set(hint.stream, { ...known, partitions });
    return true;
  }

  private mergeNodes(answer: MetadataAnswer): boolean {
    if (answer.revision < this.nodesRevision) return false;
    this.nodesRevision = answer.revision;
    let changed = false;
    const named = new Set<number>();
    for (const node of answer.nodes) {
      named.add(node.id);
      if (this.nodesById.get(node.id)?.address !== node.address) changed = true;
      this.nodesById.set(node.id, node);
    }
    for (const id of this.nodesById.keys()) {
      if (!named.has(id) && this.nodesById.delete(id)) changed = true;
    }
    return changed;
  }

  private mergeStream(told: StreamRouting, revision: number): boolean {
    const known = this.streamsByName.get(told.name);
    if (known === undefined || !equalBytes(known.uuid, told.uuid)) {
      // A node whose metadata lags may still name the stream that has been replaced.
      if (known !== undefined && revision < this.nodesRevision) return false;
      this.streamsByName.set(told.name, { name: told.name, uuid: told.uuid, partitions: told.partitions });
      return true;
    }
    let changed = told.partitions.length > known.partitions.length;
    const count = Math.max(told.partitions.length, known.partitions.length);
    const partitions: PartitionLeader[] = [];
    for (let i = 0; i < count; i++) {
      const [old, now] = [known.partitions[i], told.partitions[i]];
      const better = newer(old, now);
      if (better.leader !== old?.leader || better.epoch !== old.epoch) changed = true;
      partitions.push(better);
    }
    this.streamsByName.set(told.name, { name: told.name, uuid: known.uuid, partitions });
    return changed;
  }
}

const UNKNOWN: PartitionLeader = { leader: 0, epoch: 0, replicas: [], inSyncReplicas: [] };

function newer(old: PartitionLeader | undefined, now: PartitionLeader | undefined): PartitionLeader {
  if (now === undefined) return old ?? UNKNOWN;
  if (old === undefined || now.epoch > old.epoch) return now;
  if (now.epoch < old.epoch) return old;
  // Same epoch: a leader that one node does not know of yet still is one.
  return now.leader === 0 && old.leader !== 0 ? { ...now, leader: old.leader } : now;
}
