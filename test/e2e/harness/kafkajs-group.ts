/**
 * kafkajs, with what it does not tell of its groups: the generation of an assignment, and that in which a batch was fetched.
 *
 * It goes on with batches that it fetched before it joined anew, and commits them in the new generation, whoever owns their partition by
 * then (each of its fetchers joins by itself when a leader has moved). Such batches are told apart here; whoever processes one must ask.
 */
import { createRequire } from 'node:module';

interface Commit {
  readonly topics: readonly {
    readonly partitions: readonly { readonly partition: number | string; readonly offset: string }[];
  }[];
}

/** There is one for each assignment. */
interface OffsetManager {
  readonly generationId: number;
  readonly memberId: string;
  commitOffsets: (this: OffsetManager, commit?: Partial<Commit>) => Promise<void>;
  uncommittedOffsets(): Commit;
}

interface ConsumerGroup {
  readonly leaderId: string;
  readonly offsetManager: OffsetManager | null;
  assigned(): readonly { readonly topic: string; readonly partitions: readonly number[] }[];
  joinAndSync: (this: ConsumerGroup) => Promise<void>;
  fetch: (this: ConsumerGroup, nodeId: number) => Promise<readonly object[]>;
}

/** Whose something is. */
export interface Reader {
  readonly member: string;
  readonly generation: number;
  /** Grows with each assignment that the process is given. */
  readonly assignment: number;
}

export interface GroupWatch {
  /** `startedMs`: when the member began to join. */
  readonly onAssigned: (
    reader: Reader,
    how: { readonly startedMs: number; readonly leader: string; readonly partitions: readonly number[] },
  ) => void;
  /** The coordinator has confirmed it. */
  readonly onCommitted: (reader: Reader, offsets: readonly (readonly [number, number])[]) => void;
}

/** Of the machine's monotonic clock. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

const fetchedBy = new WeakMap<object, { readonly group: ConsumerGroup; readonly manager: OffsetManager }>();
const assignments = new WeakMap<OffsetManager, number>();
let assignmentsMade = 0;

function ownerOf(manager: OffsetManager): Reader {
  const assignment = assignments.get(manager) ?? ++assignmentsMade;
  assignments.set(manager, assignment);
  return { member: manager.memberId, generation: manager.generationId, assignment };
}

/** Tells of all consumers of this process. Once, before the first of them. */
export function watchGroups({ onAssigned, onCommitted }: GroupWatch): void {
  const load = createRequire(import.meta.url);
  const groups = (load('kafkajs/src/consumer/consumerGroup.js') as { prototype: ConsumerGroup }).prototype;
  const managers = (load('kafkajs/src/consumer/offsetManager/index.js') as { prototype: OffsetManager })
    .prototype;
  const { joinAndSync, fetch } = groups;
  const { commitOffsets } = managers;
  groups.joinAndSync = async function () {
    const startedMs = nowMs();
    await joinAndSync.call(this);
    const { leaderId: leader, offsetManager } = this;
    const partitions = this.assigned().flatMap((one) => one.partitions);
    if (offsetManager !== null) onAssigned(ownerOf(offsetManager), { startedMs, leader, partitions });
  };
  groups.fetch = async function (nodeId) {
    const manager = this.offsetManager;
    const batches = await fetch.call(this, nodeId);
    if (manager === null || this.offsetManager !== manager) return [];
    for (const batch of batches) fetchedBy.set(batch, { group: this, manager });
    return batches;
  };
  managers.commitOffsets = async function (commit) {
    const { topics = this.uncommittedOffsets().topics } = commit ?? {};
    const offsets = topics.flatMap(({ partitions }) =>
      partitions.map(({ partition, offset }) => [Number(partition), Number(offset)] as const),
    );
    await commitOffsets.call(this, { topics });
    if (offsets.length > 0) onCommitted(ownerOf(this), offsets);
  };
}

/** Undefined where the member has joined anew since it fetched the batch. */
export function readerOf(batch: object): Reader | undefined {
  const by = fetchedBy.get(batch);
  return by === undefined || by.group.offsetManager !== by.manager ? undefined : ownerOf(by.manager);
}
