/**
 * Where a chunk of entries lies in the `log` family: the one place that knows the key layout. docs/adr/0001 says why it is
 * arrival order. Whatever the layout, a chunk is found through its position record in `idx`, which holds the write sequence.
 */
import { ByteWriter, type GroupId } from '@flowmesh/base';
import type { Incarnation } from './keys.ts';

export interface ChunkPlace {
  /** Number of the batch that wrote the chunk; grows with every flush of the log store. */
  readonly sequence: number;
  readonly group: GroupId;
  readonly incarnation: Incarnation;
  readonly firstIndex: number;
}

export type LogLayout = (place: ChunkPlace) => Uint8Array;

/** [write sequence][group][incarnation][first index]: keys only ever grow, chunks of a batch are sorted by group. */
export const arrivalOrder: LogLayout = (place) =>
  new ByteWriter(28)
    .u64(place.sequence)
    .u64(place.group)
    .u32(place.incarnation)
    .u64(place.firstIndex)
    .finish();
