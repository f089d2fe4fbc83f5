/** What operations of consumer groups look like in a history, beside `send` of streams. */
import type { PolledRecord } from './stream-values.ts';

export type PartitionOffset = readonly [partition: number, offset: number];

interface ByMember {
  /** Another name whenever it joins anew. */
  readonly member: string;
  /** Partitions that it was given since its last operation, however briefly. */
  readonly assigned: readonly number[];
}

/** `group-poll`. */
export interface GroupPollAnswer extends ByMember {
  readonly records: readonly PolledRecord[];
}

/** `group-commit`: of all that the member was handed. */
export interface GroupCommitAsked {
  /** And then of what it had committed first, which changes nothing. */
  readonly late?: boolean;
}

export interface GroupCommitAnswer extends ByMember {
  /** Next offsets to be read. */
  readonly offsets: readonly PartitionOffset[];
  /** Those that were committed once more, and are behind. */
  readonly late?: readonly PartitionOffset[];
}

/** `group-offsets`: asked of the coordinator. */
export interface GroupOffsetsAnswer {
  readonly offsets: readonly PartitionOffset[];
}
