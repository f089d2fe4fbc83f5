/** Groups, entries and a log store on an engine that can be restarted, for tests of what lies above the engine. */
import { groupId, type MemberId, memberId, nodeId, replicaId, utf8Encode } from '@flowmesh/base';
import type { ConfState, Entry, HardState } from '@flowmesh/raft';
import {
  type GroupStore,
  type KvEngine,
  type LogStore,
  type LogStoreOptions,
  MemoryWatermark,
  openLogStore,
} from '../../src/index.ts';
import type { EngineHome } from './engines.ts';

export const ME = memberId({ node: nodeId(1), replica: replicaId(1) });
export const PEER = memberId({ node: nodeId(2), replica: replicaId(1) });
export const CONF: ConfState = {
  voters: [ME, PEER],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};
export const EMPTY_CONF: ConfState = { ...CONF, voters: [] };
export const GROUP = groupId(7);

export function entry(index: number, term: number, size = 10): Entry {
  return { term, index, kind: 'normal', data: new Uint8Array(size).fill(index % 251) };
}

export function entries(from: number, to: number, term: number, size = 10): Entry[] {
  const out: Entry[] = [];
  for (let index = from; index <= to; index++) out.push(entry(index, term, size));
  return out;
}

export function hardState(term: number, commit: number, vote: MemberId = ME): HardState {
  return { term, vote, commit };
}

export interface World {
  readonly home: EngineHome;
  readonly engine: KvEngine;
  readonly watermark: MemoryWatermark;
  readonly store: LogStore;
}

export async function startWorld(home: EngineHome, options?: LogStoreOptions): Promise<World> {
  const engine = await home.start();
  const watermark = new MemoryWatermark();
  return { home, engine, watermark, store: await openLogStore(engine, watermark, options) };
}

/** Opens store and engine again, as after the end of the process. */
export async function restartWorld(former: World, options?: LogStoreOptions): Promise<World> {
  const engine = await former.home.start();
  return { ...former, engine, store: await openLogStore(engine, former.watermark, options) };
}

export function append(
  store: LogStore,
  group: GroupStore,
  list: readonly Entry[],
  state?: HardState,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const write = { entries: list, hardState: state, mustSync: true };
    group.append(write, (error) => (error === undefined ? resolve() : reject(error)));
    store.flush();
  });
}

export function writeState(
  store: LogStore,
  group: GroupStore,
  applied: number,
  pairs: readonly (readonly [string, string])[] = [],
  conf: ConfState = CONF,
): Promise<void> {
  const puts = pairs.map(([key, value]) => [utf8Encode(key), utf8Encode(value)] as const);
  return new Promise((resolve, reject) => {
    group.writeState({ puts, dels: [], applied, conf }, (error) =>
      error === undefined ? resolve() : reject(error),
    );
    store.flush();
  });
}
