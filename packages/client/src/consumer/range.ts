/** Turns `from` and `to` into offsets of each partition. */
import { FlowError } from '@flowmesh/base';
import {
  fetchOffsets,
  type Isolation,
  type LeaderCallDeps,
  type OffsetPlace,
  partitionNotFound,
} from '../routing/leader-call.ts';
import { type Cursor, newCursor } from './cursor.ts';
import type { ConsumeOptions, Position } from './types.ts';

interface Question {
  readonly stream: string;
  readonly partitions: readonly number[];
  readonly at: OffsetPlace;
  readonly isolation: Isolation | undefined;
}

export async function resolveRange(
  deps: LeaderCallDeps,
  options: ConsumeOptions,
  signal: AbortSignal,
): Promise<readonly Cursor[]> {
  const { stream, isolation } = options;
  const routing = await deps.router.stream(stream, { signal });
  const count = routing.partitions.length;
  const partitions = options.partitions ?? routing.partitions.map((_, index) => index);
  for (const partition of partitions) {
    if (!(Number.isSafeInteger(partition) && partition >= 0 && partition < count)) {
      throw partitionNotFound(stream, partition, count);
    }
  }
  const resolve = (position: Position): Promise<ReadonlyMap<number, number>> =>
    resolvePosition(deps, { stream, partitions, position, isolation }, signal);
  // The end first: with `from: latest, to: latest` nothing may lie between the two.
  const ends = options.to === undefined ? undefined : await resolve(options.to);
  const starts = await resolve(options.from ?? 'latest');
  return partitions.map((partition) =>
    newCursor(partition, starts.get(partition) ?? 0, ends?.get(partition)),
  );
}

async function resolvePosition(
  deps: LeaderCallDeps,
  query: Omit<Question, 'at'> & { readonly position: Position },
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const { stream, partitions, position, isolation } = query;
  if (typeof position === 'number') {
    return new Map(partitions.map((partition) => [partition, validOffset(position)]));
  }
  if (typeof position === 'object' && 'offsets' in position) {
    const named = new Map<number, number>();
    for (const partition of partitions) {
      const offset = position.offsets[partition];
      if (offset !== undefined) named.set(partition, validOffset(offset));
    }
    const rest = partitions.filter((partition) => !named.has(partition));
    if (rest.length === 0) return named;
    const found = await ask(deps, { stream, partitions: rest, at: 'earliest', isolation }, signal);
    return new Map([...named, ...found]);
  }
  return await ask(deps, { stream, partitions, at: position, isolation }, signal);
}

async function ask(
  deps: LeaderCallDeps,
  query: Question,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const found = await fetchOffsets(deps, query, { signal });
  return new Map(found.map((one) => [one.partition, one.offset ?? one.highWatermark]));
}

function validOffset(offset: number): number {
  if (Number.isSafeInteger(offset) && offset >= 0) return offset;
  throw new FlowError('INVALID_ARGUMENT', `${offset} is not an offset`, {
    hint: 'Offsets are whole numbers from 0.',
  });
}
