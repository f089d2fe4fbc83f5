/**
 * Values of a machine's state by key, as many as fit: what `prepare` loaded and what was written lately. Applying reads here, synchronously.
 *
 * Invariants: a key that is here has its newest value (or is known to be absent); between `load` and the apply that needs it nothing is evicted.
 */
import { assert } from '@flowmesh/base';
import type { StateReader, StateWriter } from '../machine.ts';
import { keyName } from './key-name.ts';

interface Cached {
  value: Uint8Array | undefined;
  bytes: number;
  /** Asked for since `trim` looked at it last, or since it came. */
  used: boolean;
}

/** A key with its name, for who asks for it more than once. */
export interface NamedKey {
  readonly key: Uint8Array;
  readonly name: string;
}

/** What a key costs beside its bytes: its name, its place in the map. */
const OVERHEAD_BYTES = 128;

export class StateCache {
  private readonly bytesMax: number;
  /** In the order in which `trim` looks at them; who was used meanwhile gets a second chance, behind all others. */
  private readonly cached = new Map<string, Cached>();
  private size = 0;

  /** `bytesMax`: kept by `trim`; what one chunk of commands needs may exceed it for a moment. */
  constructor({ bytesMax }: { readonly bytesMax: number }) {
    this.bytesMax = bytesMax;
  }

  /** Bytes in memory, roughly. */
  get bytes(): number {
    return this.size;
  }

  /** Undefined where all the keys are in memory. Rejects as the reader does. */
  load(keys: readonly Uint8Array[], state: StateReader): Promise<void> | undefined {
    return this.loadNamed(new Map(keys.map((key) => [keyName(key), key])), state);
  }

  /** The same for keys by their names. */
  loadNamed(keys: ReadonlyMap<string, Uint8Array>, state: StateReader): Promise<void> | undefined {
    let missing: Map<string, Uint8Array> | undefined;
    for (const [name, key] of keys) {
      const known = this.cached.get(name);
      if (known === undefined) (missing ??= new Map()).set(name, key);
      else known.used = true;
    }
    return missing === undefined ? undefined : this.fetch(missing, state);
  }

  /** Takes what a scan has read since the last command was applied; what is here already is as new. `value` must not alias the log. */
  admit(key: Uint8Array, value: Uint8Array): void {
    const name = keyName(key);
    const known = this.cached.get(name);
    if (known === undefined) this.remember(name, value, key.length);
    else known.used = true;
  }

  /** There is no such key, as the caller knows without the disk. What is here already is as new. */
  admitAbsent(key: Uint8Array): void {
    const name = keyName(key);
    if (!this.cached.has(name)) this.remember(name, undefined, key.length);
  }

  /** The value that the key has now. It must have been loaded or written since the last `trim`. `name`: that of the key, where the caller has it. */
  get(key: Uint8Array, name = keyName(key)): Uint8Array | undefined {
    const known = this.cached.get(name);
    assert(known !== undefined, 'what a command looks at was loaded before');
    return known.value;
  }

  /** `value` is kept: it must not alias the log. `fresh`: there is no such key yet. */
  put(key: Uint8Array, value: Uint8Array, writer: StateWriter, fresh = false): void {
    this.putNamed({ key, name: keyName(key) }, value, writer, fresh);
  }

  putNamed({ key, name }: NamedKey, value: Uint8Array, writer: StateWriter, fresh = false): void {
    writer.put(key, value, name, fresh);
    this.remember(name, value, key.length);
  }

  del(key: Uint8Array, writer: StateWriter): void {
    const name = keyName(key);
    writer.del(key, name);
    this.remember(name, undefined, key.length);
  }

  /** As `put`, for what is hardly ever asked for again: it does not push others out. */
  putPast(key: Uint8Array, value: Uint8Array, writer: StateWriter): void {
    const name = keyName(key);
    writer.put(key, value, name);
    if (this.cached.has(name)) this.remember(name, value, key.length);
  }

  /** As `del`, for what is hardly ever asked for again. */
  delPast(key: Uint8Array, writer: StateWriter): void {
    const name = keyName(key);
    writer.del(key, name);
    if (this.cached.has(name)) this.remember(name, undefined, key.length);
  }

  /** Forgets what was not used for long. Only at the beginning of `prepare`. */
  trim(): void {
    for (const [name, cached] of this.cached) {
      if (this.size <= this.bytesMax) return;
      this.cached.delete(name);
      if (cached.used) {
        cached.used = false;
        this.cached.set(name, cached);
      } else this.size -= cached.bytes;
    }
  }

  private async fetch(missing: ReadonlyMap<string, Uint8Array>, state: StateReader): Promise<void> {
    const values = await Promise.all([...missing.values()].map((key) => state.get(key)));
    let i = 0;
    for (const [name, key] of missing) this.remember(name, values[i++], key.length);
  }

  private remember(name: string, value: Uint8Array | undefined, keyBytes: number): void {
    const bytes = OVERHEAD_BYTES + keyBytes + (value?.length ?? 0);
    const before = this.cached.get(name);
    if (before === undefined) {
      this.cached.set(name, { value, bytes, used: false });
      this.size += bytes;
      return;
    }
    this.size += bytes - before.bytes;
    before.value = value;
    before.bytes = bytes;
  }
}
