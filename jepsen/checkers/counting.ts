/**
 * Judges keys that count up, with one writer each. A read must not show less than what had been acknowledged or read before it began, and not
 * more than had been begun to be written before it ended. Time and memory are linear.
 */
import type { Anomaly, Operation, Verdict } from '../history/operation.ts';

interface Counted {
  readonly key: string;
  readonly count: number;
}

/** What is known of a key at a point of the history. */
interface Known {
  /** Acknowledged or read; and the operation that shows it. */
  floor: number;
  floorBy: number;
  /** Begun to be written. */
  ceiling: number;
}

interface Reading {
  readonly index: number;
  readonly floor: number;
  readonly floorBy: number;
}

export function judgeCounting(history: readonly Operation[]): Verdict {
  const keys = new Map<string, Known>();
  const reading = new Map<number, Reading>();
  const anomalies: Anomaly[] = [];
  let reads = 0;
  const knownOf = (key: string): Known => {
    const known = keys.get(key) ?? { floor: 0, floorBy: -1, ceiling: 0 };
    keys.set(key, known);
    return known;
  };
  for (const { process, type, f, value, index } of history) {
    if (f !== 'read' && f !== 'write') continue;
    const { key, count } = value as Counted;
    const known = knownOf(key);
    if (type === 'invoke') {
      if (f === 'write') known.ceiling = Math.max(known.ceiling, count);
      else reading.set(process, { index, floor: known.floor, floorBy: known.floorBy });
      continue;
    }
    if (type !== 'ok') continue;
    const begun = reading.get(process);
    if (f === 'read' && begun !== undefined) {
      reads++;
      if (count < begun.floor) {
        const operations = [begun.floorBy, begun.index, index];
        const message = `${key}: ${count} was read, although ${begun.floor} had been acknowledged or read before`;
        anomalies.push({ kind: 'stale-or-lost', message, operations });
      }
      if (count > known.ceiling) {
        const message = `${key}: ${count} was read, and only ${known.ceiling} had been written`;
        anomalies.push({ kind: 'never-written', message, operations: [begun.index, index] });
      }
    }
    if (count > known.floor) {
      known.floor = count;
      known.floorBy = index;
    }
  }
  const valid = anomalies.length > 0 ? false : reads > 0 ? true : 'unknown';
  return { checker: 'counting', valid, anomalies, facts: { reads, keys: keys.size } };
}
