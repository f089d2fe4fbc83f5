/** `--from`, `--to`, `--at` and `--before` in words. */
import type { Position } from '@flowmesh/client';
import { usageError } from '../failure.ts';
import { parseTimeMs } from '../output/times.ts';

const HINT =
  'Write earliest, latest, an offset (42), or a time (@2026-01-31T08:00:00Z, @1769846400000, @-5m).';

export function parsePosition(text: string, nowMs: number): Position {
  if (text === 'earliest' || text === 'latest') return text;
  if (text.startsWith('@')) return { timestamp: parseTimeMs(text.slice(1), nowMs) };
  const offset = parseWhole(text);
  if (offset === undefined) throw usageError(`${text} is not a place in a stream`, HINT);
  return offset;
}

export function parseWhole(text: string): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** `--partition 1 --partition 2,3` */
export function parsePartitions(texts: readonly string[] | undefined): readonly number[] | undefined {
  return texts
    ?.flatMap((text) => text.split(','))
    .map((text) => {
      const partition = parseWhole(text);
      if (partition === undefined)
        throw usageError(`${text} is not a partition`, 'Partitions are whole numbers from 0.');
      return partition;
    });
}

/** An option that is a whole number within bounds. */
export function wholeOption(name: string, bounds: { readonly min: number; readonly max: number }) {
  return (text: string): number => {
    const value = parseWhole(text);
    if (value === undefined || value < bounds.min || value > bounds.max) {
      throw usageError(
        `${name} ${text} is out of range`,
        `It is a whole number from ${bounds.min} to ${bounds.max}.`,
      );
    }
    return value;
  };
}
