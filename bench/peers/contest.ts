/**
 * What is compared: one measure of ours and one of a peer, under conditions that are named for both. A peer comes in variants, which differ in
 * when it acknowledges; only where that is the same as ours does a ratio compare like with like, and the table says where it is not.
 */
import type { CommonSettings, Prepared } from '@flowmesh/cli/bench';
import type { FlowMesh } from '@flowmesh/client';
import type { Installed } from './install.ts';

/** A running cluster of FlowMesh. */
export interface OurCluster {
  readonly endpoints: readonly string[];
  readonly kafka: readonly string[];
  readonly mesh: FlowMesh;
}

/** Something prepared, and which of its measures counts. */
export interface Side {
  readonly prepared: Prepared;
  readonly measure: string;
}

export interface Contest {
  readonly name: string;
  readonly ours: (cluster: OurCluster) => Promise<Side>;
  readonly theirs: () => Promise<Side>;
}

export interface Variant {
  readonly name: string;
  /** When it acknowledges. */
  readonly durability: string;
  /** On as many disks, and as many copies, as ours has by then. */
  readonly comparable: boolean;
  start(folder: string, signal: AbortSignal): Promise<RunningPeer>;
}

export interface RunningPeer extends AsyncDisposable {
  readonly version: string;
  readonly contests: readonly Contest[];
}

export interface Peer {
  readonly name: string;
  install(): Promise<Installed>;
  readonly variants: readonly Variant[];
}

/** What both sides of a contest are given. */
export const REPLICAS = 3;
const DEFAULTS: CommonSettings = {
  durationMs: 0,
  warmupMs: 0,
  clients: 1,
  concurrency: 1,
  rate: undefined,
  payloadBytes: 1_024,
  partitions: 1,
  replicationFactor: REPLICAS,
  keep: false,
};

/** Durations are the program's. */
export function settingsFor(own: Partial<CommonSettings>): CommonSettings {
  return { ...DEFAULTS, ...own };
}

let made = 0;

/** A name that no other contest has. */
export function freshName(): string {
  return `bench-${process.pid}-${made++}`;
}

/** A side whose clients are those of a driver module of `bench/peers/drivers`. */
export function driverSide(
  driver: string,
  settings: Pick<CommonSettings, 'clients' | 'concurrency' | 'payloadBytes'>,
  optionsOf: (client: number) => unknown,
  cleanUp: () => Promise<void> = async () => undefined,
): Side {
  const { clients, concurrency, payloadBytes } = settings;
  const url = new URL(`./drivers/${driver}.ts`, import.meta.url).href;
  const load = { concurrency, rate: undefined };
  const part = { name: 'load', driver: url, clients, load, optionsOf };
  return {
    measure: 'load',
    prepared: {
      target: {
        system: driver,
        version: '',
        nodes: REPLICAS,
        durability: '',
        replicationFactor: REPLICAS,
        partitions: 1,
        details: {},
      },
      settings: { payloadBytes },
      measures: [{ name: 'load', counted: 'load', parts: () => [part] }],
      cleanUp,
    },
  };
}
