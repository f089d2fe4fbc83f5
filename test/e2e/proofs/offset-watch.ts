/** What a group has been told is committed, by partition; an answer that is older than what was known before the question is a fault. */
import { type FlowMesh, isFlowError } from '@flowmesh/client';
import type { Faults } from './engine-workload.ts';

export const OFFSETS_EVERY_MS = 250;
export const WENT_BACK = 'offsets went back';

export class OffsetWatch {
  private readonly mesh: FlowMesh;
  private readonly group: string;
  private readonly faults: Faults;
  private readonly known = new Map<number, number>();

  constructor(mesh: FlowMesh, group: string, faults: Faults) {
    this.mesh = mesh;
    this.group = group;
    this.faults = faults;
  }

  async look(): Promise<void> {
    const before = new Map(this.known);
    let offsets: Awaited<ReturnType<FlowMesh['groups']['offsets']>>;
    try {
      offsets = await this.mesh.groups.offsets(this.group);
    } catch (error) {
      if (!isFlowError(error)) throw error;
      return;
    }
    for (const { partition, offset } of offsets) {
      const least = before.get(partition) ?? 0;
      if (offset < least)
        this.faults.add(WENT_BACK, `${this.group} partition ${partition}: ${offset} after ${least}`);
      this.known.set(partition, Math.max(this.known.get(partition) ?? 0, offset));
    }
  }

  sum(): number {
    return [...this.known.values()].reduce((sum, offset) => sum + offset, 0);
  }
}
