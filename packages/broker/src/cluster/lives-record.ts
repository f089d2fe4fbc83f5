/**
 * The durable half of telling lives of a data directory apart: how often this one was started, and the latest life of each peer's that was seen.
 * The own count is durable before the node speaks to anybody; the peers' soon after they are seen.
 */
import { FlowError, isFlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { Life } from '../transport/peer-lives.ts';
import type { ClusterLog } from './cluster-log.ts';
import type { RecordStore } from './membership-record.ts';

const STARTS_KEY = 'cluster.starts';
const PEERS_KEY = 'cluster.peer-lives';

function damaged(cause?: unknown): FlowError {
  return new FlowError('CORRUPTION', 'the count of this directory’s starts is damaged', {
    hint: 'The directory is set aside and the node joins again as a new one.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8Decode(bytes));
  } catch (cause) {
    throw damaged(cause);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Counts this start and returns the new count, from 1. To be called once a process. CORRUPTION where the record makes no sense. */
export async function countStart(store: RecordStore): Promise<number> {
  const bytes = await store.getMeta(STARTS_KEY);
  const before = bytes === undefined ? 0 : parse(bytes);
  if (!isCount(before)) throw damaged();
  await store.putMeta(STARTS_KEY, utf8Encode(String(before + 1)));
  return before + 1;
}

function isLife(value: unknown): value is Life {
  const { starts, session, durable } = (value ?? {}) as Partial<Record<keyof Life, unknown>>;
  return isCount(starts) && typeof session === 'string' && isCount(durable);
}

/** The latest lives of peers by uuid of their directories, kept up to date on the disk without anybody waiting for it. */
export class PeerLivesRecord {
  readonly remembered: ReadonlyMap<string, Life>;
  private readonly store: RecordStore;
  private readonly log: ClusterLog;
  private latest: ReadonlyMap<string, Life> | undefined;
  private saving: Promise<void> | undefined;

  private constructor(store: RecordStore, log: ClusterLog, remembered: ReadonlyMap<string, Life>) {
    this.store = store;
    this.log = log;
    this.remembered = remembered;
  }

  static async open(store: RecordStore, log: ClusterLog): Promise<PeerLivesRecord> {
    const bytes = await store.getMeta(PEERS_KEY);
    const entries = bytes === undefined ? {} : parse(bytes);
    if (typeof entries !== 'object' || entries === null) throw damaged();
    const lives = Object.entries(entries).filter((entry): entry is [string, Life] => isLife(entry[1]));
    return new PeerLivesRecord(store, log, new Map(lives));
  }

  save(lives: ReadonlyMap<string, Life>): void {
    this.latest = lives;
    this.saving ??= this.saveAll().finally(() => {
      this.saving = undefined;
    });
  }

  async close(): Promise<void> {
    await this.saving;
  }

  private async saveAll(): Promise<void> {
    while (this.latest !== undefined) {
      const text = JSON.stringify(Object.fromEntries(this.latest));
      this.latest = undefined;
      try {
        await this.store.putMeta(PEERS_KEY, utf8Encode(text));
      } catch (error) {
        if (!isFlowError(error)) throw error;
        this.log.warn({ err: error }, 'lives of peers not remembered');
      }
    }
  }
}
