/**
 * What administration asks of the leader of one shard, from whatever node it was begun at, and how that travels between nodes: JSON, with
 * bytes as { "$bytes": base64 }.
 */
import { FlowError } from '@flowmesh/base';
import type {
  Job,
  ListedState,
  QueueCommandBody,
  QueueReply,
  QueueStats,
  RedriveTask,
  Schedule,
} from '@flowmesh/engines';
import type { WorkerHealth } from './work-session.ts';

export interface JobPageAsk {
  readonly kind: 'jobs';
  readonly state: ListedState;
  /** Behind this one, in hexadecimal; empty: from the beginning. */
  readonly after: string;
  readonly max: number;
  readonly scannedMax: number;
  /** Empty: all. */
  readonly filter: string;
  /** Payloads are cut to so many bytes; 0: whole, as far as the answer's bytes reach. */
  readonly payloadBytesMax: number;
}

export type ShardAsk =
  | { readonly kind: 'stats' }
  /** A command that may be repeated. */
  | { readonly kind: 'command'; readonly command: QueueCommandBody }
  | JobPageAsk
  | { readonly kind: 'job'; readonly seq: number }
  | { readonly kind: 'tasks' }
  | { readonly kind: 'schedules' }
  /** Those of the whole node. */
  | { readonly kind: 'workers' };

/** Jobs a second over about a minute, as the leader has seen them. */
export interface JobRates {
  readonly enqueued: number;
  readonly delivered: number;
  readonly completed: number;
}

export interface ShardStatsAnswer {
  readonly stats: QueueStats;
  readonly oldestReadyAgeMs: number;
  readonly rates: JobRates;
}

export interface JobPageAnswer {
  readonly jobs: readonly Job[];
  /** `after` of the next page; empty: the end. */
  readonly next: string;
  readonly scanned: number;
  readonly typeErrors: number;
  readonly firstTypeError: string;
}

export interface ShardAnswers {
  readonly stats: ShardStatsAnswer;
  readonly command: QueueReply;
  readonly jobs: JobPageAnswer;
  readonly job: { readonly job: Job | undefined };
  readonly tasks: { readonly tasks: readonly RedriveTask[] };
  readonly schedules: { readonly schedules: readonly Schedule[] };
  readonly workers: { readonly workers: readonly WorkerHealth[] };
}

const BYTES = '$bytes';
const encoder = new TextEncoder();

export function encodeAsk(value: ShardAsk | ShardAnswers[keyof ShardAnswers]): Uint8Array {
  // A Buffer would say itself what it is in JSON, before it could be asked: the value as it was is at its holder.
  const encoded = JSON.stringify(value, function (this: Record<string, unknown>, key, part: unknown) {
    const raw = this[key];
    return raw instanceof Uint8Array ? { [BYTES]: Buffer.from(raw).toString('base64') } : part;
  });
  return encoder.encode(encoded);
}

/** What a node of this cluster has encoded. */
export function decodeAsk<T>(bytes: Uint8Array): T {
  try {
    return JSON.parse(Buffer.from(bytes).toString(), (_key, part: unknown) => {
      if (typeof part !== 'object' || part === null || !(BYTES in part)) return part;
      return new Uint8Array(Buffer.from(String(part[BYTES]), 'base64'));
    }) as T;
  } catch (cause) {
    throw new FlowError('INVALID_ARGUMENT', 'another node sent what is no question to a shard', { cause });
  }
}
