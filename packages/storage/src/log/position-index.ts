/**
 * Where the chunks of one group's log lie. All positions are in `idx`; in memory are those that a truncation may still touch
 * (above the commit index), a few before them, and the page that a reader far behind walked last.
 * Invariant: the positions in memory are contiguous and end at the log's last entry.
 */
import { assert, type Crc32c } from '@flowmesh/base';
import type { KvEngine } from '../kv-engine.ts';
import { type GroupSpace, indexOfKey, positionKey, positionSpan } from './keys.ts';
import { decodePosition, type Position } from './records.ts';
import { unseal } from './sealed.ts';

/** Committed positions kept in memory before the older half is dropped. */
const RECENT_MAX = 64;
const PAGE_POSITIONS = 64;

export interface Truncation {
  /** Positions that are gone, chunk and record. */
  readonly gone: readonly Position[];
  /** The last chunk that stays, where it lost its end. */
  readonly clipped: Position | undefined;
}

export class PositionIndex {
  private readonly engine: KvEngine;
  private readonly crc32c: Crc32c;
  private readonly space: GroupSpace;
  private recent: Position[] = [];
  private page: readonly Position[] = [];
  /** Grows with every truncation: a read that straddles one starts again. */
  private truncations = 0;

  constructor(engine: KvEngine, crc32c: Crc32c, space: GroupSpace) {
    this.engine = engine;
    this.crc32c = crc32c;
    this.space = space;
  }

  get epoch(): number {
    return this.truncations;
  }

  last(): Position | undefined {
    return this.recent.at(-1);
  }

  push(position: Position, commit: number): void {
    const before = this.recent.at(-1);
    assert(before === undefined || before.lastIndex + 1 === position.firstIndex, 'positions are contiguous');
    this.recent.push(position);
    if (this.recent.length <= RECENT_MAX * 2) return;
    let keepFrom = this.recent.length - RECENT_MAX;
    while (keepFrom > 0 && (this.recent[keepFrom - 1] as Position).lastIndex > commit) keepFrom--;
    if (keepFrom >= RECENT_MAX) this.recent = this.recent.slice(keepFrom);
  }

  truncate(index: number): Truncation {
    this.truncations++;
    this.page = [];
    const gone: Position[] = [];
    for (let top = this.recent.at(-1); top !== undefined; top = this.recent.at(-1)) {
      if (top.lastIndex < index) break;
      this.recent.pop();
      if (top.firstIndex < index) {
        const clipped = { ...top, lastIndex: index - 1 };
        this.recent.push(clipped);
        return { gone, clipped };
      }
      gone.push(top);
    }
    return { gone, clipped: undefined };
  }

  /** Positions from the chunk that holds `index` on, at least one unless it does not exist. */
  async from(index: number): Promise<readonly Position[]> {
    const known = startingAt(this.recent, index) ?? startingAt(this.page, index);
    if (known !== undefined) return known;
    const epoch = this.truncations;
    const page = await this.load(index);
    if (epoch === this.truncations) this.page = page;
    return page;
  }

  private async load(index: number): Promise<readonly Position[]> {
    const first = await this.lastAtOrBefore(index);
    if (first === undefined) return [];
    return this.scan(first.firstIndex, PAGE_POSITIONS);
  }

  async lastAtOrBefore(index: number): Promise<Position | undefined> {
    const from = positionSpan(this.space).from;
    const cursor = this.engine.cursor('idx', { from, to: positionKey(this.space, index + 1), reverse: true });
    try {
      const pairs = await cursor.next(1);
      const pair = pairs[0];
      return pair === undefined ? undefined : this.decode(pair[0], pair[1]);
    } finally {
      cursor.close();
    }
  }

  /** Stored positions from `firstIndex` on, ascending. */
  async scan(firstIndex: number, limit: number): Promise<readonly Position[]> {
    const to = positionSpan(this.space).to;
    const cursor = this.engine.cursor('idx', { from: positionKey(this.space, firstIndex), to });
    try {
      const pairs = await cursor.next(limit);
      return pairs.map(([key, value]) => this.decode(key, value));
    } finally {
      cursor.close();
    }
  }

  /** Loads what memory must hold: positions above `commit` and the last one. Called once, before any other use. */
  async open(commit: number): Promise<void> {
    const { from, to } = positionSpan(this.space);
    const cursor = this.engine.cursor('idx', { from, to, reverse: true });
    const found: Position[] = [];
    try {
      for (let limit = 1; ; limit = PAGE_POSITIONS) {
        const pairs = await cursor.next(limit);
        for (const [key, value] of pairs) found.push(this.decode(key, value));
        const oldest = found.at(-1);
        if (pairs.length === 0 || (oldest !== undefined && oldest.lastIndex <= commit)) break;
      }
    } finally {
      cursor.close();
    }
    this.recent = found.reverse();
  }

  private decode(key: Uint8Array, value: Uint8Array): Position {
    return decodePosition(indexOfKey(key), unseal(this.crc32c, 'a log position', key, value));
  }
}

/** The positions from the one that holds `index` on; undefined where these do not reach it. */
function startingAt(positions: readonly Position[], index: number): readonly Position[] | undefined {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((positions[middle] as Position).firstIndex <= index) low = middle + 1;
    else high = middle;
  }
  const found = positions[low - 1];
  return found !== undefined && index <= found.lastIndex ? positions.slice(low - 1) : undefined;
}
