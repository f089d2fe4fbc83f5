/** Options that several commands have. */
import { usageError } from './failure.ts';
import { parseDurationMs } from './output/times.ts';
import { parseWhole } from './stream/positions.ts';

/** For options that may be repeated. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** `key=value` pairs. */
export function parseSettings(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0)
        throw usageError(`${pair} is not a setting`, 'Write key=value, for instance retention.ms=604800000.');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** `3`, as `flowmesh-admin nodes list` shows it. */
export function parseNode(text: string): number {
  const node = parseWhole(text.replace(/^node[-:]/, ''));
  if (node === undefined || node < 1) {
    throw usageError(`${text} is not a node`, 'Nodes have numbers from 1; see: flowmesh-admin nodes list');
  }
  return node;
}

/** `--to 1,2,3` */
export function parseNodes(text: string): readonly number[] {
  return text.split(',').map((part) => parseNode(part.trim()));
}

export interface Place {
  readonly stream: string;
  readonly partition: number;
}

/** `orders/4` or `orders 4`. */
export function parsePlace(words: readonly string[]): Place {
  const places = parsePlaces(words);
  const [place] = places;
  if (place === undefined || places.length > 1) {
    throw usageError(
      `${words.join(' ')} is not one partition`,
      'Write stream/partition, for instance orders/4.',
    );
  }
  return place;
}

/** Several, each `orders/4` or `orders 4`. */
export function parsePlaces(words: readonly string[]): readonly Place[] {
  const places: Place[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    const next = parseWhole(words[i + 1] ?? '');
    if (next === undefined) places.push(splitPlace(word));
    else {
      places.push({ stream: word, partition: next });
      i++;
    }
  }
  return places;
}

export function showPlace(place: Place): string {
  return `${place.stream}/${place.partition}`;
}

/** The last part is the partition, because names may have slashes. */
function splitPlace(text: string): Place {
  const at = text.lastIndexOf('/');
  const partition = parseWhole(text.slice(at + 1));
  if (at <= 0 || partition === undefined) {
    throw usageError(`${text} is not a partition`, 'Write stream/partition, for instance orders/4.');
  }
  return { stream: text.slice(0, at), partition };
}

/** An option that is a duration. */
export function durationOption(text: string): number {
  const parsed = parseDurationMs(text);
  if (parsed === undefined)
    throw usageError(`${text} is not a duration`, 'Write for instance 500ms, 10s, 24h or 7d.');
  return parsed;
}
