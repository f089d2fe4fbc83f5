/**
 * The durable half of telling lives of a data directory apart: how often this one was started, and how often each peer's, as far as was seen.
 * The own count is durable before the node speaks to anybody; the peers' counts soon after they rise.
 */
import { FlowError, isFlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { ClusterLog } from './cluster-log.ts';
import type { RecordStore } from './membership-record.ts';

const STARTS_KEY = 'cluster.starts';
const PEERS_KEY = 'cluster.peer-starts';

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

/** The peers' counts by uuid of their directories, kept up to date on the disk without anybody waiting for it. */
export class PeerStartsRecord {
  readonly remembered: ReadonlyMap<string, number>;
  private readonly store: RecordStore;
  private readonly log: ClusterLog;
  private latest: ReadonlyMap<string, number> | undefined;
  private saving: Promise<void> | undefined;

  private constructor(store: RecordStore, log: ClusterLog, remembered: ReadonlyMap<string, number>) {
    this.store = store;
    this.log = log;
    this.remembered = remembered;
  }

  static async open(store: RecordStore, log: ClusterLog): Promise<PeerStartsRecord> {
    const bytes = await store.getMeta(PEERS_KEY);
    const entries = bytes === undefined ? {} : parse(bytes);
    if (typeof entries !== 'object' || entries === null) throw damaged();
    const counts = Object.entries(entries).filter((entry): entry is [string, number] => isCount(entry[1]));
    return new PeerStartsRecord(store, log, new Map(counts));
  }

  save(starts: ReadonlyMap<string, number>): void {
    this.latest = starts;
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
        this.log.warn({ err: error }, 'starts of peers not remembered');
      }
    }
  }
}
