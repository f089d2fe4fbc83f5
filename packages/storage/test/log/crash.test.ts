/** The power goes after every step towards the disk: nothing acknowledged is lost, and what is found is one state, never a mix. */
import { memberId, nodeId, replicaId, utf8Decode } from '@flowmesh/base';
import type { ConfState, Entry, HardState } from '@flowmesh/raft';
import { describe, expect, it } from 'vitest';
import { type GroupStore, type LogStore, openLogStore } from '../../src/index.ts';
import { afterPowerLoss, type DiskStep, RecordingEngine, RecordingWatermark } from '../kit/crash-engine.ts';
import {
  append,
  CONF,
  EMPTY_CONF,
  entries,
  GROUP,
  hardState,
  ME,
  PEER,
  startWorld,
  writeState,
} from '../kit/worlds.ts';
import { memoryHome } from '../kit/engines.ts';

const LEARNER = memberId({ node: nodeId(3), replica: replicaId(5) });
const GROWN: ConfState = { ...CONF, learners: [LEARNER] };

/** The group as a plain value: what must be found, whole. */
interface Model {
  readonly hardState: HardState;
  readonly first: number;
  readonly log: readonly Entry[];
  readonly applied: number;
  readonly conf: ConfState;
  readonly state: Readonly<Record<string, string>>;
}

interface Milestone {
  /** Steps on disk when it was issued and when it was acknowledged. */
  readonly issuedAt: number;
  acknowledgedAt: number;
  readonly synced: boolean;
  readonly model: Model | 'absent';
}

class Script {
  readonly steps: DiskStep[] = [];
  readonly milestones: Milestone[] = [{ issuedAt: 0, acknowledgedAt: 0, synced: true, model: 'absent' }];
  readonly engine = new RecordingEngine(this.steps);
  model: Model = {
    hardState: { term: 1, vote: 0 as HardState['vote'], commit: 1 },
    first: 2,
    log: [],
    applied: 1,
    conf: CONF,
    state: {},
  };

  async run(synced: boolean, model: Model | 'absent', work: () => Promise<unknown>): Promise<void> {
    const milestone = {
      issuedAt: this.steps.length,
      acknowledgedAt: Number.POSITIVE_INFINITY,
      synced,
      model,
    };
    this.milestones.push(milestone);
    if (model !== 'absent') this.model = model;
    await work();
    milestone.acknowledgedAt = this.steps.length;
  }

  append(store: LogStore, group: GroupStore, list: readonly Entry[], state: HardState): Promise<void> {
    const from = list[0]?.index ?? Number.POSITIVE_INFINITY;
    const log = [...this.model.log.filter(({ index }) => index < from), ...list];
    return this.run(true, { ...this.model, log, hardState: state }, () => append(store, group, list, state));
  }

  write(
    store: LogStore,
    group: GroupStore,
    applied: number,
    pairs: readonly (readonly [string, string])[],
    conf = CONF,
  ): Promise<void> {
    const state = { ...this.model.state, ...Object.fromEntries(pairs) };
    return this.run(false, { ...this.model, applied, state, conf }, () =>
      writeState(store, group, applied, pairs, conf),
    );
  }

  trim(store: LogStore, group: GroupStore, index: number): Promise<void> {
    const model = {
      ...this.model,
      first: index + 1,
      log: this.model.log.filter((entry) => entry.index > index),
    };
    return this.run(false, model, async () => {
      group.trim(index);
      store.flush();
      await settled(this);
    });
  }
}

/** Waits until background work has written what it will. */
async function settled(script: Script): Promise<void> {
  for (let seen = -1; seen !== script.steps.length; ) {
    seen = script.steps.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function snapshotOfPeer(): Promise<{
  meta: Parameters<GroupStore['receiveSnapshot']>[0];
  chunks: Uint8Array[];
  model: Model;
}> {
  const { store } = await startWorld(await memoryHome());
  const group = await store.create({ group: GROUP, member: PEER, conf: CONF, machine: 'stream' });
  await append(store, group, entries(2, 40, 6), hardState(6, 40));
  await writeState(
    store,
    group,
    38,
    [
      ['s1', 'snap'],
      ['s2', 'snap'],
    ],
    GROWN,
  );
  group.trim(30);
  store.flush();
  const source = await group.openSnapshot();
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.next(60); chunk !== undefined; chunk = await source.next(60))
    chunks.push(chunk);
  source.close();
  const model = {
    hardState: hardState(7, 38, PEER),
    first: 31,
    log: entries(31, 38, 6),
    applied: 38,
    conf: GROWN,
    state: { s1: 'snap', s2: 'snap' },
  };
  return { meta: source.meta, chunks, model };
}

async function play(script: Script): Promise<void> {
  const store = await openLogStore(script.engine, new RecordingWatermark(script.steps), {
    tailBytesMax: 0,
    sweepBytesMin: 0,
  });
  let made: GroupStore | undefined;
  await script.run(true, script.model, async () => {
    made = await store.create({ group: GROUP, member: ME, conf: CONF, machine: 'stream' });
  });
  const group = made as GroupStore;
  await script.append(store, group, entries(2, 4, 1), hardState(1, 1));
  await script.append(store, group, [], hardState(2, 1));
  await script.append(store, group, entries(5, 9, 2), hardState(2, 4));
  await script.write(store, group, 3, [
    ['a', '1'],
    ['b', '1'],
  ]);
  await script.append(store, group, entries(7, 7, 3), hardState(3, 4, PEER));
  await script.append(store, group, entries(8, 20, 3), hardState(3, 8, PEER));
  await script.write(
    store,
    group,
    8,
    [
      ['a', '2'],
      ['c', '1'],
    ],
    GROWN,
  );
  await script.trim(store, group, 5);
  await script.append(store, group, [], hardState(5, 8, ME));
  await script.append(store, group, entries(10, 12, 5), hardState(5, 10, ME));
  await script.append(store, group, entries(13, 14, 5), hardState(5, 10, ME));
  await script.append(store, group, entries(15, 18, 5), hardState(5, 10, ME));
  await script.append(store, group, entries(12, 12, 6), hardState(6, 10, ME));
  await script.write(store, group, 10, [['b', '9']], GROWN);
  await script.trim(store, group, 10);
  await script.append(store, group, [], hardState(7, 10, PEER));
  const { meta, chunks, model } = await snapshotOfPeer();
  await script.run(true, model, async () => {
    const sink = await group.receiveSnapshot(meta);
    for (const chunk of chunks) await sink.write(chunk);
    await sink.commit();
  });
  await settled(script);
  await script.append(store, group, entries(39, 42, 7), hardState(7, 40, PEER));
  await script.write(store, group, 40, [['s3', 'x']], GROWN);
  await script.trim(store, group, 40);
  await script.run(true, 'absent', () => store.remove(GROUP, ME));
  await settled(script);
}

async function found(store: LogStore): Promise<Model | 'absent'> {
  if (!store.groups().includes(GROUP)) return 'absent';
  const group = await store.open(GROUP);
  const { hardState: state, conf } = group.initialState();
  const log: Entry[] = [];
  while (log.length < group.lastIndex() - group.firstIndex() + 1) {
    log.push(...(await group.read(group.firstIndex() + log.length, group.lastIndex() + 1, 50)));
  }
  const pairs = await group.stateScan({ from: new Uint8Array(0), to: Uint8Array.of(255), limit: 1000 });
  const values = Object.fromEntries(pairs.map(([key, value]) => [utf8Decode(key), utf8Decode(value)]));
  return {
    hardState: state,
    first: group.firstIndex(),
    log,
    applied: group.applied().index,
    conf,
    state: values,
  };
}

describe('a crash', () => {
  it('at every step leaves exactly one of the states between the last acknowledged and the last issued', async () => {
    const script = new Script();
    await play(script);
    expect(script.steps.length).toBeGreaterThan(40);
    const reached = new Set<number>();
    for (let at = 1; at <= script.steps.length; at++) {
      const before = script.steps.slice(0, at);
      const sinceSync =
        before.length - 1 - before.findLastIndex((step) => step.kind === 'batch' && step.sync);
      for (let unsynced = 0; unsynced <= sinceSync; unsynced++) {
        const { engine, watermark } = await afterPowerLoss(before, unsynced);
        const store = await openLogStore(engine, watermark);
        const actual = JSON.stringify(await found(store));
        const oldest = script.milestones.findLastIndex((one) => one.synced && one.acknowledgedAt <= at);
        const newest = script.milestones.findLastIndex((one) => one.issuedAt < at);
        const allowed = script.milestones.slice(oldest, newest + 1).map(({ model }) => JSON.stringify(model));
        expect(allowed, `power lost after step ${at}, ${unsynced} unsynced batches kept`).toContain(actual);
        reached.add(oldest + allowed.indexOf(actual));
        await store.close();
      }
    }
    // Every state that was made durable is found by some crash: the check can see them all.
    const synced = script.milestones.flatMap((one, i) => (one.synced ? [i] : []));
    expect(synced.filter((i) => !reached.has(i))).toEqual([]);
  });

  it('that takes back a vote that was acknowledged is called amnesia', async () => {
    const script = new Script();
    const store = await openLogStore(script.engine, new RecordingWatermark(script.steps));
    const group = await store.create({ group: GROUP, member: ME, conf: EMPTY_CONF, machine: 'stream' });
    await append(store, group, [], hardState(9, 0));
    const vote = script.steps.findLastIndex((step) => step.kind === 'batch');
    expect(script.steps.at(-1)?.kind).toBe('watermark');
    const { engine, watermark } = await afterPowerLoss(
      script.steps.filter((_, i) => i !== vote),
      0,
    );
    await expect(openLogStore(engine, watermark)).rejects.toMatchObject({ code: 'AMNESIA' });
  });

  it('cannot come between an acknowledged vote and the watermark that covers it', async () => {
    const steps: DiskStep[] = [];
    const engine = new RecordingEngine(steps);
    const held: (() => void)[] = [];
    const slow = new RecordingWatermark(steps);
    const watermark = {
      read: () => slow.read(),
      write: (sequence: number, done: Parameters<typeof slow.write>[1]) => {
        if (sequence === 0) slow.write(sequence, done);
        else held.push(() => slow.write(sequence, done));
      },
    };
    const store = await openLogStore(engine, watermark);
    const group = await store.create({ group: GROUP, member: ME, conf: EMPTY_CONF, machine: 'stream' });
    const answers: string[] = [];
    const vote = append(store, group, [], hardState(3, 0)).then(() => answers.push('vote'));
    const later = append(store, group, entries(1, 1, 3), hardState(3, 0)).then(() => answers.push('entries'));
    await settled({ steps } as Script);
    expect([answers, held.length]).toEqual([[], 1]);
    held[0]?.();
    await Promise.all([vote, later]);
    expect(answers).toEqual(['vote', 'entries']);
  });
});
