/** The watermark's port over the simulated disk: a write takes a moment, and a crash in it leaves the former value. */
import { FlowError, type Random } from '@flowmesh/base';
import type { Watermark, WatermarkState } from '@flowmesh/storage';
import type { EventOwner, VirtualTime } from '../time/virtual-time.ts';
import type { SimDisk } from './sim-disk.ts';

export class SimWatermark implements Watermark {
  private readonly time: VirtualTime;
  private readonly random: Random;
  private readonly disk: SimDisk;
  private readonly owner: EventOwner;

  constructor(parts: {
    readonly time: VirtualTime;
    readonly random: Random;
    readonly disk: SimDisk;
    readonly owner: EventOwner;
  }) {
    this.time = parts.time;
    this.random = parts.random;
    this.disk = parts.disk;
    this.owner = parts.owner;
  }

  read(): Promise<WatermarkState> {
    const { watermark } = this.disk;
    return Promise.resolve(
      watermark === undefined ? { kind: 'missing' } : { kind: 'saved', sequence: watermark },
    );
  }

  write(sequence: number, done: (error: FlowError | undefined) => void): void {
    this.time.after(0.1 + this.random.unit() * 0.9 * this.disk.slowness, undefined, 'watermark', () => {
      if (!this.owner.alive) return;
      const error = this.disk.broken ? new FlowError('STORAGE_IO', 'the simulated disk failed') : undefined;
      if (error === undefined) this.disk.watermark = sequence;
      this.time.after(0, this.owner, 'watermark-done', () => done(error));
    });
  }
}
