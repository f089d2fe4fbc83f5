/** What all groups of a log store share, and small bridges from the engine's callbacks to promises for the rare, slow paths. */
import { type Crc32c, FlowError, type GroupId } from '@flowmesh/base';
import type { KvEngine, WriteOp } from '../kv-engine.ts';
import type { AckGate } from './ack-gate.ts';
import type { FetchQueue } from './fetch-queue.ts';
import type { GroupSpace } from './keys.ts';
import type { LogLayout } from './log-layout.ts';
import type { TailBudget } from './tail.ts';

/** A log that can delete what was trimmed. */
export interface Sweepable {
  sweep(): Promise<void>;
}

export interface StoreContext {
  readonly engine: KvEngine;
  readonly crc32c: Crc32c;
  readonly layout: LogLayout;
  readonly gate: AckGate;
  readonly budget: TailBudget;
  readonly fetches: FetchQueue;
  readonly chunkBytesMax: number;
  /** Number of the slice of time that chunks go to. */
  sliceNumber(): number;
  /** Notes that so many bytes of entries went to the slice. */
  sliceUsed(bytes: number): void;
  /** An incarnation that no other life of the group has used. */
  nextIncarnation(group: GroupId): number;
  /** Removes all data of an incarnation in the background; a garbage marker for it is already on its way. */
  sweepIncarnation(space: GroupSpace): void;
  /** About `bytes` of a log were trimmed and wait to be swept. */
  trimmed(log: Sweepable, bytes: number): void;
  /** Runs a background job; its failure is the store's. */
  inBackground(job: () => Promise<void>): void;
}

/** Writes at once and resolves when it is applied (and durable with `sync`). */
export async function writeNow(engine: KvEngine, ops: readonly WriteOp[], sync: boolean): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    engine.write(ops, sync, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
    engine.flush();
  });
}

export function corruption(group: GroupId, what: string): FlowError {
  return new FlowError('CORRUPTION', `group ${group}: ${what}`, {
    hint: 'This replica cannot be trusted; remove it and let the group place a new one.',
    details: { group },
  });
}

/** The error as a FlowError of this group: damage below is told apart from what stops the whole node. */
export function asGroupError(group: GroupId, error: unknown): FlowError {
  if (error instanceof FlowError) {
    if (error.code !== 'CORRUPTION' || error.details['group'] !== undefined) return error;
    return new FlowError('CORRUPTION', `group ${group}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
      details: { group },
    });
  }
  return new FlowError('INTERNAL', `group ${group}: unexpected failure in storage`, { cause: error });
}
