/** Buckets, their entries and changes, as tables and as JSON. Keys and values are text where they are UTF-8, else base64. */
import type { BucketInfo, HistoryEntry, KvEntry, KvKey } from '@flowmesh/client';
import type { Column } from '../output/format.ts';
import { showBytes } from '../output/payload.ts';
import { showDuration, showTime } from '../output/times.ts';
import { showConfig } from '../stream/columns.ts';

export const BUCKET_COLUMNS: readonly Column<BucketInfo>[] = [
  { header: 'name', cell: (row) => row.name },
  { header: 'shards', cell: (row) => row.shards },
  { header: 'replicas', cell: (row) => row.replicationFactor },
  { header: 'created', cell: (row) => showTime(row.createdAt) },
  { header: 'uuid', cell: (row) => row.uuid, wide: true },
  { header: 'config', cell: (row) => showConfig(row.config), wide: true },
];

/** An entry as JSON output has it; what it does not have is absent. */
export interface ShownEntry {
  readonly key: string;
  readonly keyEncoding?: 'base64';
  readonly value?: string;
  readonly encoding?: 'base64';
  readonly revision: number;
  readonly createRevision: number;
  readonly version: number;
  /** Milliseconds until it expires. */
  readonly remainingMs?: number;
  readonly lease?: number;
}

export function showKey(bytes: Uint8Array): { readonly key: string; readonly keyEncoding?: 'base64' } {
  const { text, encoding } = showBytes(bytes);
  return { key: text, ...(encoding === undefined ? {} : { keyEncoding: encoding }) };
}

export function showValue(bytes: Uint8Array | undefined): {
  readonly value?: string;
  readonly encoding?: 'base64';
} {
  if (bytes === undefined) return {};
  const { text, encoding } = showBytes(bytes);
  return { value: text, ...(encoding === undefined ? {} : { encoding }) };
}

/** With its value, where it was read with one. */
export function showEntry(entry: KvEntry<Uint8Array> | KvKey): ShownEntry {
  return {
    ...showKey(entry.keyBytes),
    ...('value' in entry ? showValue(entry.value) : {}),
    revision: entry.modRevision,
    createRevision: entry.createRevision,
    version: entry.version,
    ...(entry.remainingMs === undefined ? {} : { remainingMs: entry.remainingMs }),
    ...(entry.lease === undefined ? {} : { lease: entry.lease }),
  };
}

export const ENTRY_COLUMNS: readonly Column<ShownEntry>[] = [
  { header: 'key', cell: (row) => row.key },
  { header: 'value', cell: (row) => row.value },
  { header: 'revision', cell: (row) => row.revision },
  { header: 'version', cell: (row) => row.version, wide: true },
  { header: 'created at', cell: (row) => row.createRevision, wide: true },
  {
    header: 'expires in',
    cell: (row) => (row.remainingMs === undefined ? undefined : showDuration(row.remainingMs)),
  },
  { header: 'lease', cell: (row) => row.lease, wide: true },
];

/** Without `version` and so on where the key was removed. */
export type ShownVersion = { readonly revision: number; readonly removed: boolean } & Partial<ShownEntry>;

export function showVersion({ revision, entry }: HistoryEntry<Uint8Array>): ShownVersion {
  return entry === undefined
    ? { revision, removed: true }
    : { removed: false, ...showEntry(entry), revision };
}

export const HISTORY_COLUMNS: readonly Column<ShownVersion>[] = [
  { header: 'revision', cell: (row) => row.revision },
  { header: 'version', cell: (row) => row.version },
  { header: 'value', cell: (row) => (row.removed ? '(removed)' : row.value) },
];
