/** Where a group is put: `--to`, `--shift` and `--stream` of `flowmesh group reset`. */
import type { ResetTo } from '@flowmesh/client';
import { usageError } from '../failure.ts';
import { parsePosition, parseWhole } from '../stream/positions.ts';

const HINT = 'Say where to: --to earliest|latest|OFFSET|@TIME, or --shift N.';

export function parseResetTarget(
  { to, shift }: { readonly to?: string; readonly shift?: string },
  nowMs: number,
): ResetTo {
  if ((to === undefined) === (shift === undefined))
    throw usageError(to === undefined ? 'nowhere to reset to' : '--to and --shift exclude each other', HINT);
  if (shift !== undefined) {
    const by = /^[+-]?\d{1,15}$/.test(shift) ? Number(shift) : 0;
    if (by === 0)
      throw usageError(`${shift} is not a number of records`, 'Write --shift 100 or --shift=-100.');
    return { shift: by };
  }
  const position = parsePosition(to ?? '', nowMs);
  if (position === 'earliest' || position === 'latest') return position;
  if (typeof position === 'number') return { offset: position };
  if ('timestamp' in position) return position;
  throw usageError(`${to} is not a place to reset to`, HINT);
}

/** `orders`, or `orders/4` and `orders/5`: some partitions of a stream, else all of it. */
export function parseResetPlaces(
  texts: readonly string[],
): Readonly<Record<string, readonly number[] | 'all'>> {
  const places = new Map<string, readonly number[] | 'all'>();
  for (const text of texts) {
    const at = text.lastIndexOf('/');
    const partition = at < 0 ? undefined : parseWhole(text.slice(at + 1));
    const stream = partition === undefined ? text : text.slice(0, at);
    const known = places.get(stream);
    if (partition === undefined || known === 'all') places.set(stream, 'all');
    else places.set(stream, [...(known ?? []), partition]);
  }
  return Object.fromEntries(places);
}
