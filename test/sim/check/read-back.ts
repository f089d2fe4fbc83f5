/**
 * Reads the log of every member of every group from its start to its end: what was acknowledged is there, in its place.
 *
 * Members are those that the metadata, or the operator, want. What else a machine still has was given up: a node that was let go for
 * ever ends when it hears of it, and takes a reading with it that nobody may wait for. A member's reading is waited for without exception.
 */
import { type FlowError, type GroupId, isFlowError, type MemberId } from '@flowmesh/base';

export interface ReadReplica {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly failure: FlowError | undefined;
  reportDamage(error: FlowError): void;
}

export interface ReadProcess {
  readonly name: string;
  readonly replicas: { all(): Iterable<ReadReplica> } | undefined;
  readonly front: { readAll(replica: ReadReplica, seen: (batch: Uint8Array) => void): Promise<void> };
  run(label: string, task: () => void): void;
}

export interface ReadWorld {
  readonly histories: ReadonlyMap<GroupId, { sawBatch(batch: Uint8Array, reader: string): void }>;
  processes(): readonly ReadProcess[];
  /** Members of every group, as they should be. */
  members(): ReadonlyMap<GroupId, readonly number[]>;
  failed(error: unknown): void;
}

/** Begins to read; `left` counts the readings that have not come to their end. */
export function readBack(world: ReadWorld): { readonly left: number } {
  const progress = { left: 0 };
  const members = world.members();
  for (const process of world.processes()) {
    for (const replica of process.replicas?.all() ?? []) {
      const history = world.histories.get(replica.group);
      if (history === undefined || replica.failure !== undefined) continue;
      if (members.get(replica.group)?.includes(replica.member) !== true) continue;
      progress.left++;
      process.run('read-back', () => {
        process.front
          .readAll(replica, (batch) => history.sawBatch(batch, process.name))
          .then(() => progress.left--)
          .catch((error: unknown) => {
            progress.left--;
            // Damage is judged there: only where a bit was flipped may there be any. A replica may be removed while it is read.
            if (isFlowError(error) && error.code === 'CORRUPTION') replica.reportDamage(error);
            else if (!isFlowError(error) || error.code !== 'UNAVAILABLE') world.failed(error);
          });
      });
    }
  }
  return progress;
}
