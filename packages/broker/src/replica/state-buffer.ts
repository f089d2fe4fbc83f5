/**
 * Machine state on its way to the disk. Machines write here while applying; the replica flushes now and then, unsynced, together
 * with the applied index. Reads see the newest value wherever it is.
 *
 *   put/del ─► pending ─ take() ─► in flight ─ done ─► store
 *                └─ a fresh key is deleted ─► nothing: what comes and goes between two flushes is never written
 *
 * Invariant: a key is looked for in `pending`, then in `inFlight`, then on disk, and a flush moves values between these without a moment
 * in which they are in none. A change that is fresh stands over nothing, neither in flight nor on disk.
 */
import { assert, compareBytes } from '@flowmesh/base';
import { keyName, type StateRange, type StateReader, type StateWriter } from '@flowmesh/engines';
import type { GroupStore, KeyValue } from '@flowmesh/storage';

interface Change {
  readonly key: Uint8Array;
  /** undefined: deleted. */
  readonly value: Uint8Array | undefined;
  readonly fresh: boolean;
}

/** The value is what it gives when it is asked. */
interface LateChange {
  readonly key: Uint8Array;
  readonly value: () => Uint8Array;
  readonly fresh: false;
}

function settled(change: Change | LateChange): Change {
  const { key, value } = change;
  return typeof value === 'function' ? { key, value: value(), fresh: false } : (change as Change);
}

type Table = Map<string, Change | LateChange>;

/** Changes by name, in tables by the first byte of their keys: machines keep their tables apart by it, and a scan looks at few of them. */
class Layer {
  private readonly tables = new Map<number, Table>();

  /** Of the key; an empty one where there is none yet. */
  of(key: Uint8Array): Table {
    const number = tableOf(key);
    const found = this.tables.get(number);
    if (found !== undefined) return found;
    const table: Table = new Map();
    this.tables.set(number, table);
    return table;
  }

  get(name: string, key: Uint8Array): Change | LateChange | undefined {
    return this.tables.get(tableOf(key))?.get(name);
  }

  get size(): number {
    let size = 0;
    for (const table of this.tables.values()) size += table.size;
    return size;
  }

  all(): Iterable<Table> {
    return this.tables.values();
  }

  /** Of tables that the range touches. */
  *near(range: StateRange): Generator<readonly [name: string, change: Change | LateChange]> {
    for (const [number, table] of this.tables) {
      if (number >= tableOf(range.from) && number <= tableOf(range.to)) yield* table;
    }
  }
}

function tableOf(key: Uint8Array): number {
  return key[0] ?? 0;
}

const SCAN_PAGE = 256;
/** Of one flush: its changes are gone through in one turn of the event loop, its bytes are copied in it. */
const PENDING_CHANGES_MAX = 8_192;
const PENDING_BYTES_MAX = 8 << 20;
/** What a value counts that is not there yet: about what those are that change with each command. */
const LATE_BYTES = 128;

export class StateBuffer implements StateWriter, StateReader {
  private readonly store: GroupStore;
  private pending = new Layer();
  private inFlight = new Layer();
  private size = 0;

  constructor(store: GroupStore) {
    this.store = store;
  }

  /** Bytes that wait for the next flush. */
  get pendingBytes(): number {
    return this.size;
  }

  get flushing(): boolean {
    return this.inFlight.size > 0;
  }

  /** What is pending is as much as a flush should take. */
  get full(): boolean {
    return this.size >= PENDING_BYTES_MAX || this.pending.size >= PENDING_CHANGES_MAX;
  }

  put(key: Uint8Array, value: Uint8Array, name = keyName(key), fresh = false): void {
    const table = this.pending.of(key);
    const before = table.get(name);
    assert(!fresh || before?.value === undefined, 'a fresh key is not there yet');
    table.set(name, { key, value, fresh: before === undefined ? fresh : before.fresh });
    this.size += key.length + value.length - bytesOf(before);
  }

  del(key: Uint8Array, name = keyName(key)): void {
    const table = this.pending.of(key);
    const before = table.get(name);
    this.size -= bytesOf(before);
    if (before?.fresh === true) {
      table.delete(name);
      return;
    }
    table.set(name, { key, value: undefined, fresh: false });
    this.size += key.length;
  }

  putLate(key: Uint8Array, value: () => Uint8Array): void {
    const name = keyName(key);
    const table = this.pending.of(key);
    const before = table.get(name);
    if (before?.value === value) return;
    table.set(name, { key, value, fresh: false });
    this.size += key.length + LATE_BYTES - bytesOf(before);
  }

  /** Moves what is pending in flight and returns it. One flush at a time. */
  take(): { readonly puts: readonly KeyValue[]; readonly dels: readonly Uint8Array[] } {
    assert(!this.flushing, 'one flush of machine state at a time');
    this.inFlight = this.pending;
    this.pending = new Layer();
    this.size = 0;
    const puts: KeyValue[] = [];
    const dels: Uint8Array[] = [];
    for (const table of this.inFlight.all()) {
      for (const [name, change] of table) {
        const now = settled(change);
        if (now !== change) table.set(name, now);
        if (now.value === undefined) dels.push(now.key);
        else puts.push([now.key, now.value]);
      }
    }
    return { puts, dels };
  }

  /** The flush that `take` began is readable from the store. */
  landed(): void {
    this.inFlight = new Layer();
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const name = keyName(key);
    const change = this.pending.get(name, key) ?? this.inFlight.get(name, key);
    if (change !== undefined) return settled(change).value;
    return await this.store.stateGet(key);
  }

  async scan(range: StateRange): Promise<readonly KeyValue[]> {
    const limit = range.limit ?? Number.MAX_SAFE_INTEGER;
    const reverse = range.reverse ?? false;
    const changes = this.changesIn(range, reverse);
    const out: KeyValue[] = [];
    let { from, to } = range;
    let nextChange = 0;
    for (;;) {
      const wanted = Math.min(SCAN_PAGE, limit - out.length + (changes.length - nextChange));
      const page = await this.store.stateScan({ from, to, reverse, limit: wanted });
      for (const pair of page) {
        nextChange = this.emitUpTo(changes, nextChange, pair[0], reverse, out);
        const change = changes[nextChange];
        if (change !== undefined && compareBytes(change.key, pair[0]) === 0) {
          if (change.value !== undefined) out.push([change.key, change.value]);
          nextChange++;
        } else out.push(pair);
        if (out.length >= limit) return out.slice(0, limit);
      }
      if (page.length < wanted) break;
      const last = (page[page.length - 1] as KeyValue)[0];
      if (reverse) to = last;
      else from = successor(last);
    }
    this.emitUpTo(changes, nextChange, undefined, reverse, out);
    return out.length > limit ? out.slice(0, limit) : out;
  }

  /** Appends buffered values that come before `key` (all that are left where it is undefined). */
  private emitUpTo(
    changes: readonly Change[],
    at: number,
    key: Uint8Array | undefined,
    reverse: boolean,
    out: KeyValue[],
  ): number {
    let i = at;
    for (; i < changes.length; i++) {
      const change = changes[i] as Change;
      if (key !== undefined) {
        const order = compareBytes(change.key, key);
        if (reverse ? order <= 0 : order >= 0) break;
      }
      if (change.value !== undefined) out.push([change.key, change.value]);
    }
    return i;
  }

  private changesIn(range: StateRange, reverse: boolean): Change[] {
    const merged = new Map<string, Change>();
    for (const layer of [this.inFlight, this.pending]) {
      for (const [name, change] of layer.near(range)) {
        if (compareBytes(change.key, range.from) >= 0 && compareBytes(change.key, range.to) < 0)
          merged.set(name, settled(change));
      }
    }
    const changes = [...merged.values()].sort((a, b) => compareBytes(a.key, b.key));
    return reverse ? changes.reverse() : changes;
  }
}

function bytesOf(change: Change | LateChange | undefined): number {
  if (change === undefined) return 0;
  const { key, value } = change;
  return key.length + (typeof value === 'function' ? LATE_BYTES : (value?.length ?? 0));
}

function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
