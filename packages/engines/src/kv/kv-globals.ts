/** What the key-value machine knows beside its rows, in one row: counters, its time, the bucket's configuration. */
import { assert, ByteReader } from '@flowmesh/base';
import { resolveBucketConfig, type BucketConfig } from '../catalog/bucket-config.ts';
import { recordWriter } from '../state/record-writer.ts';

export interface KvGlobals {
  /** Of the last change. */
  revision: number;
  /** Changes up to it may be gone from the log; what was in force at it can still be read. */
  compacted: number;
  /** Machine time: the greatest that a command has brought. */
  timeMs: number;
  /** Raft term of the last command, and machine time when it first brought one: leases live from then at least. */
  term: number;
  termStartMs: number;
  /** Keys that are there, those included that have expired and are not deleted yet. */
  keys: number;
  leases: number;
  /** The last id that the machine gave to a lease by itself. */
  lastLease: number;
  logEvents: number;
  logBytes: number;
  /** Requests that are remembered. */
  requests: number;
  /** Checksum chained over all commands. */
  chain: number;
  /** Catalog revision of the configuration. */
  configRevision: number;
  config: Readonly<Record<string, string>>;
  settings: BucketConfig;
}

const FORMAT = 1;

export function newGlobals(): KvGlobals {
  return {
    revision: 0,
    compacted: 0,
    timeMs: 0,
    term: 0,
    termStartMs: 0,
    keys: 0,
    leases: 0,
    lastLease: 0,
    logEvents: 0,
    logBytes: 0,
    requests: 0,
    chain: 0,
    configRevision: 0,
    config: {},
    settings: resolveBucketConfig({}),
  };
}

const NUMBERS = [
  'revision',
  'compacted',
  'timeMs',
  'term',
  'termStartMs',
  'keys',
  'leases',
  'lastLease',
  'logEvents',
  'logBytes',
  'requests',
  'chain',
  'configRevision',
] as const satisfies readonly (keyof KvGlobals)[];

export function encodeGlobals(globals: KvGlobals): Uint8Array {
  const writer = recordWriter(128).u8(FORMAT);
  for (const name of NUMBERS) writer.varint(globals[name]);
  const entries = Object.entries(globals.config);
  writer.varint(entries.length);
  for (const [key, value] of entries) writer.text(key).text(value);
  return writer.finish();
}

export function decodeGlobals(bytes: Uint8Array): KvGlobals {
  const reader = new ByteReader(bytes);
  assert(reader.u8() === FORMAT, 'key-value globals have a format that this build knows');
  const globals = newGlobals();
  for (const name of NUMBERS) globals[name] = reader.varint();
  const count = reader.varint();
  const config: Record<string, string> = {};
  for (let i = 0; i < count; i++) {
    const key = reader.text();
    config[key] = reader.text();
  }
  globals.config = config;
  globals.settings = resolveBucketConfig(config);
  return globals;
}

/** All of it as text, for digests. */
export function describeGlobals(globals: KvGlobals): string {
  return NUMBERS.map((name) => `${name}=${globals[name]}`).join(' ') + JSON.stringify(globals.config);
}
