/** The streams that a group reads, as its assignment knows them. */
import type { TopologyStream } from './coordinator-types.ts';

export function sameTopology(a: readonly TopologyStream[], b: readonly TopologyStream[]): boolean {
  return (
    a.length === b.length &&
    a.every((stream, i) => {
      const other = b[i];
      return (
        stream.name === other?.name && stream.uuid === other.uuid && stream.partitions === other.partitions
      );
    })
  );
}
