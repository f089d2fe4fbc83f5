/**
 * Where a chunk of entries lies in the `log` family: the one place that knows the key layout. docs/adr/0001 says why it is
 * arrival order. Whatever the layout, a chunk is found through its position record in `idx`, which holds the slice.
 */
import { ByteWriter, type GroupId } from '@flowmesh/base';
import type { Incarnation } from './keys.ts';

export interface ChunkPlace {
  /** Number of the slice of time that the chunk was written in; only ever grows. */
  readonly sequence: number;
  readonly group: GroupId;
  readonly incarnation: Incarnation;
  readonly firstIndex: number;
}

export type LogLayout = (place: ChunkPlace) => Uint8Array;

/** [slice][group][incarnation][first index]: keys grow from slice to slice, a group's chunks of a slice lie together. */
export const arrivalOrder: LogLayout = (place) =>
  new ByteWriter(28)
    .u64(place.sequence)
    .u64(place.group)
    .u32(place.incarnation)
    .u64(place.firstIndex)
    .finish();
