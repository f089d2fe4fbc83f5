/**
 * Which ids may have a row among those that a machine remembers for a while: asked before the disk is, since nearly every request is new and
 * a row that is not there is the dearest of all to look for.
 *
 *   generations, oldest first: [ 256 ids ] [ 512 ] … [ 16,384 ] [ 16,384 ]      forgotten from the front, in the order of their times
 *
 * Invariant: what `mayHold` denies has no row. It may say yes to what has none: then the disk tells. A machine that was loaded does not know the ids
 * of its former life, and says yes to all of them until the last of those is forgotten.
 */

/** Bits of an id's generation: one id in some 400 is taken for one that is there. */
const BITS_PER_ID = 16;
const PROBES = 4;
const GENERATION_MIN = 256;
const GENERATION_MAX = 16_384;
/** 2.25 MiB, a million ids: beyond them nothing is denied until the oldest are forgotten. */
const GENERATIONS_MAX = 72;

interface Generation {
  readonly bits: Uint32Array;
  readonly idsMax: number;
  ids: number;
  /** The greatest time of its ids. */
  lastMs: number;
}

export class KnownIds {
  private readonly generationsMax: number;
  private generations: Generation[] = [];
  /** There may be ids with a row up to this time that are in no generation. */
  private unknownUntilMs = -1;

  constructor(generationsMax = GENERATIONS_MAX) {
    this.generationsMax = generationsMax;
  }

  /** Begins anew: rows up to this time are there that nobody has told of; undefined: there are none. */
  restore(lastMs: number | undefined): void {
    this.generations = [];
    this.unknownUntilMs = lastMs ?? -1;
  }

  /** A row comes to be; `timeMs` is the one by which it will be forgotten. */
  add(id: Uint8Array, timeMs: number): void {
    const generation = this.open();
    generation.ids++;
    generation.lastMs = Math.max(generation.lastMs, timeMs);
    const { bits } = generation;
    const mask = bits.length * 32 - 1;
    let probe = hashOf(id);
    const step = stepOf(probe);
    for (let i = 0; i < PROBES; i++, probe = (probe + step) | 0) {
      const bit = probe & mask;
      bits[bit >>> 5] = (bits[bit >>> 5] as number) | (1 << (bit & 31));
    }
  }

  mayHold(id: Uint8Array): boolean {
    if (this.unknownUntilMs >= 0) return true;
    const hash = hashOf(id);
    return this.generations.some(({ bits }) => isIn(bits, hash));
  }

  /** All rows of an earlier time than this are gone. */
  forgotten(beforeMs: number): void {
    if (this.unknownUntilMs >= 0 && this.unknownUntilMs < beforeMs) this.unknownUntilMs = -1;
    const [oldest] = this.generations;
    if (oldest === undefined || oldest.lastMs >= beforeMs) return;
    this.generations = this.generations.filter(({ lastMs }) => lastMs >= beforeMs);
  }

  private open(): Generation {
    const last = this.generations.at(-1);
    if (last !== undefined && last.ids < last.idsMax) return last;
    if (this.generations.length === this.generationsMax) {
      const dropped = this.generations.shift();
      this.unknownUntilMs = Math.max(this.unknownUntilMs, dropped?.lastMs ?? -1);
    }
    const idsMax = Math.min(GENERATION_MAX, Math.max(GENERATION_MIN, 2 * (last?.idsMax ?? 0)));
    const bits = new Uint32Array((idsMax * BITS_PER_ID) / 32);
    const generation: Generation = { bits, idsMax, ids: 0, lastMs: -1 };
    this.generations.push(generation);
    return generation;
  }
}

function isIn(bits: Uint32Array, hash: number): boolean {
  const mask = bits.length * 32 - 1;
  const step = stepOf(hash);
  let probe = hash;
  for (let i = 0; i < PROBES; i++, probe = (probe + step) | 0) {
    const bit = probe & mask;
    if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}

/** FNV-1a, mixed once more: ids often differ in their last bytes alone. */
function hashOf(id: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of id) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** Odd, so that probes of an id differ. */
function stepOf(hash: number): number {
  return (Math.imul(hash, 0xc2b2ae35) >>> 8) | 1;
}
