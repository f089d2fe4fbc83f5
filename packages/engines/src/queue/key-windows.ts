/**
 * The first entries of many small ordered indexes, one for each job key or producer: opened by `prepare` where a command will look into one,
 * and kept true by whoever writes such entries. The entries themselves are written elsewhere.
 */
import { must } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { keyName } from '../state/key-name.ts';
import { OrderedHead } from '../state/ordered-head.ts';

const KEEP_MAX = 16;
const FILL = 8;

const NO_WRITES: StateWriter = {
  put: () => undefined,
  putLate: () => undefined,
  del: () => undefined,
};

export class KeyWindows {
  private readonly windowsMax: number;
  private readonly windows = new Map<string, OrderedHead>();

  /** `windowsMax`: open beyond one chunk of commands. */
  constructor(windowsMax: number) {
    this.windowsMax = windowsMax;
  }

  /** Only at the beginning of `prepare`. */
  trim(): void {
    if (this.windows.size > this.windowsMax) this.windows.clear();
  }

  /** Makes the first `count` entries with this prefix available. */
  open(prefix: Uint8Array, count: number, state: StateReader): Promise<void> | undefined {
    const name = keyName(prefix);
    const known = this.windows.get(name);
    if (known !== undefined) return known.ensure(count, state);
    const head = new OrderedHead({ prefix, keepMax: KEEP_MAX, fill: FILL });
    return head
      .restore(state)
      .then(() => head.ensure(count, state))
      .then(() => void this.windows.set(name, head));
  }

  /** An open one. */
  get(prefix: Uint8Array): OrderedHead {
    return must(this.windows.get(keyName(prefix)), 'a window is opened before a command looks into it');
  }

  noteInsert(prefix: Uint8Array, key: Uint8Array, value: Uint8Array): void {
    this.windows.get(keyName(prefix))?.insert(key, value, NO_WRITES);
  }

  noteRemove(prefix: Uint8Array, key: Uint8Array): void {
    this.windows.get(keyName(prefix))?.remove(key, NO_WRITES);
  }
}
