/** A partition's machine with what it keeps, for tests of share groups. */
import { encodeStreamCommand, type Reply, type ShareAction, StreamMachine } from '../../src/index.ts';
import { MemoryState } from '../memory-state.ts';
import { stamped } from './batches.ts';

export class ShareRig {
  machine = new StreamMachine();
  readonly state = new MemoryState();
  private index = 0;

  append(count: number): void {
    this.run(stamped(this.machine.endOffset, { count }));
  }

  trim(offset: number, timeMs: number): void {
    this.run(encodeStreamCommand({ kind: 'trim-to', offset, timeMs }));
  }

  share(action: ShareAction, timeMs: number): Reply {
    return this.run(encodeStreamCommand({ kind: 'share', timeMs, action }));
  }

  async restart(): Promise<void> {
    this.machine = new StreamMachine();
    await this.machine.load(this.state);
  }

  /** State, deliveries, member and lock of every offset between start and end of a group. */
  records(group: string): ReadonlyMap<number, string> {
    const ranges = this.machine.shares.group(group)?.ranges.all ?? [];
    return new Map(
      ranges.flatMap(({ first, last, ...fate }) =>
        Array.from({ length: last - first + 1 }, (_, i): [number, string] => [first + i, textOf(fate)]),
      ),
    );
  }

  private run(command: Uint8Array): Reply {
    this.index += 1;
    return this.machine.apply({ index: this.index, term: 1 }, command, this.state).reply;
  }
}

export function textOf(fate: {
  readonly state: string;
  readonly attempts: number;
  readonly member: string;
  readonly deadlineMs: number;
}): string {
  return `${fate.state} ${fate.attempts} ${fate.member} ${fate.deadlineMs}`;
}
