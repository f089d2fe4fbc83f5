/** Founding by number in a world where everything is late, lost or dies: directories, a network and disks in memory, one seed a run. */
import { FlowError, SeededRandom } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { Founding, type FoundingAnswer, type FoundingAsk } from '../../../src/cluster/discovery/founding.ts';
import { EMPTY_FOUNDING, type FoundingRecord } from '../../../src/cluster/discovery/founding-record.ts';
import type { KnownPeer } from '../../../src/cluster/known-peer.ts';
import { ManualTime, SILENT } from '../fakes.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Directory {
  readonly uuid: string;
  readonly address: string;
  record: FoundingRecord;
  /** Undefined while its process is down. */
  process: Founding | undefined;
  stepping: boolean;
  /** Calls that its process is serving: they fail when it dies. */
  serving: Pending[];
  founders: readonly KnownPeer[] | undefined;
}

interface Faults {
  /** Of a hundred messages. */
  readonly lost: number;
  /** Of a hundred moves. */
  readonly crashes: number;
  /** Each directory sees another one with this probability of a hundred. */
  readonly seen: number;
}

/** What is under way: each waits until it is picked, in any order. */
type Pending = () => void;

/** One that took its place answers with the list that it knows. */
async function answerOf(to: Directory, process: Founding, ask: FoundingAsk): Promise<FoundingAnswer> {
  if (to.founders === undefined) return await process.answer(ask);
  return { kind: 'founded', uuid: to.uuid, founders: to.founders };
}

class World {
  readonly directories: Directory[];
  readonly time = new ManualTime();
  faults: Faults;
  private readonly random: SeededRandom;
  private readonly expects: number;
  private pending: Pending[] = [];

  constructor(options: { seed: number; directories: number; expects: number; faults: Faults }) {
    this.random = new SeededRandom(options.seed);
    this.expects = options.expects;
    this.faults = options.faults;
    const order = Array.from({ length: options.directories }, (_, i) => ({ i, at: this.random.unit() }));
    order.sort((a, b) => a.at - b.at);
    this.directories = order.map(({ i }, place) => ({
      uuid: `u${i}`,
      address: `h${place}:1`,
      record: EMPTY_FOUNDING,
      process: undefined,
      stepping: false,
      serving: [],
      founders: undefined,
    }));
    for (const directory of this.directories) this.start(directory);
  }

  private chance(ofHundred: number): boolean {
    return this.random.below(100) < ofHundred;
  }

  private start(directory: Directory): void {
    const process = new Founding({
      clusterId: 'c',
      uuid: directory.uuid,
      addresses: { peer: directory.address, grpc: 'g:1', http: '' },
      expects: this.expects,
      record: directory.record,
      save: (record) =>
        new Promise((resolve) => {
          this.pending.push(() => {
            // A write whose process died meanwhile may have reached the disk, or not.
            if (directory.process !== process && this.chance(50)) return;
            if (directory.process !== process && directory.process !== undefined) return;
            directory.record = record;
            resolve();
          });
        }),
      ask: (address, ask) => this.send(address, ask),
      clock: this.time,
      log: SILENT,
      makerGoneMs: 60_000,
    });
    directory.process = process;
    directory.stepping = false;
  }

  private send(address: string, ask: FoundingAsk): Promise<FoundingAnswer> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new FlowError('TIMEOUT', 'lost'));
      const deliver = (again: boolean): void => {
        const to = this.directories.find((one) => one.address === address);
        if (to?.process === undefined || this.chance(this.faults.lost)) return void this.pending.push(fail);
        // Sometimes a request arrives once more, much later.
        if (!again && this.chance(this.faults.lost)) this.pending.push(() => deliver(true));
        to.serving.push(fail);
        answerOf(to, to.process, ask).then(
          (answer) =>
            this.pending.push(() => {
              if (this.chance(this.faults.lost)) fail();
              else resolve(answer);
            }),
          () => this.pending.push(fail),
        );
      };
      this.pending.push(() => deliver(false));
    });
  }

  private step(directory: Directory): void {
    const { process } = directory;
    if (process === undefined || directory.stepping || directory.founders !== undefined) return;
    const others = this.directories.filter((one) => one !== directory && one.process !== undefined);
    const seen = others.filter(() => this.chance(this.faults.seen));
    const forming = seen
      .filter((one) => one.founders === undefined)
      .map((one) => ({ address: one.address, uuid: one.uuid, bound: one.process?.bound === true }));
    const settled = seen.filter((one) => one.founders !== undefined);
    directory.stepping = true;
    process.step({ forming, settled }).then(
      (founders) => {
        if (directory.process !== process) return;
        directory.stepping = false;
        directory.founders = founders;
      },
      () => {
        directory.stepping = false;
      },
    );
  }

  async run(moves: number): Promise<void> {
    for (let move = 0; move < moves; move++) {
      const victim = this.directories[this.random.below(this.directories.length)] as Directory;
      if (victim.process === undefined) {
        if (this.chance(20)) this.start(victim);
      } else if (this.chance(this.faults.crashes)) {
        victim.process = undefined;
        this.pending.push(...victim.serving.splice(0));
      }
      if (this.pending.length > 0 && this.chance(75)) {
        const [picked] = this.pending.splice(this.random.below(this.pending.length), 1);
        picked?.();
      } else {
        this.step(victim);
      }
      await turn();
      this.check();
    }
  }

  async calm(): Promise<void> {
    this.faults = { lost: 0, crashes: 0, seen: 100 };
    for (const directory of this.directories) {
      if (directory.process === undefined) this.start(directory);
    }
    for (let rounds = 0; rounds < 100 && !this.over(); rounds++) await this.run(20);
  }

  private over(): boolean {
    const waiting = this.directories.filter((one) => one.founders === undefined);
    const free = waiting.every((one) => one.process?.bound === false);
    return this.lists().length > 0 && free && waiting.length === this.directories.length - this.expects;
  }

  lists(): readonly string[] {
    const known = this.directories.flatMap(({ founders, record }) => [founders, record.founders]);
    return [...new Set(known.filter((list) => list !== undefined).map((list) => JSON.stringify(list)))];
  }

  private check(): void {
    const lists = this.lists();
    const seen = new Map<string, string>();
    for (const list of lists) {
      for (const { uuid } of JSON.parse(list) as KnownPeer[]) {
        if (seen.has(uuid)) throw new Error(`${uuid} is in two lists: ${lists.join(' and ')}`);
        seen.set(uuid, list);
      }
    }
    for (const { founders, uuid } of this.directories) {
      if (founders !== undefined && !founders.some((one) => one.uuid === uuid))
        throw new Error(`${uuid} took a list without it`);
    }
  }
}

const SEEDS = Array.from({ length: 120 }, (_, seed) => seed);

describe('founding by number', () => {
  test.each([
    { name: 'three see each other', directories: 3, expects: 3, faults: { lost: 0, crashes: 0, seen: 100 } },
    { name: 'few see each other', directories: 3, expects: 3, faults: { lost: 10, crashes: 0, seen: 40 } },
    { name: 'messages are lost', directories: 5, expects: 5, faults: { lost: 30, crashes: 0, seen: 90 } },
    {
      name: 'processes die and return',
      directories: 3,
      expects: 3,
      faults: { lost: 10, crashes: 4, seen: 70 },
    },
    {
      name: 'there are more than needed',
      directories: 5,
      expects: 3,
      faults: { lost: 15, crashes: 3, seen: 60 },
    },
  ])('makes one list, and ends, where $name', async ({ directories, expects, faults }) => {
    for (const seed of SEEDS) {
      const world = new World({ seed, directories, expects, faults });
      await world.run(150);
      await world.calm();
      const lists = world.lists();
      expect(lists, `seed ${seed}`).toHaveLength(1);
      const founders = JSON.parse(lists[0] as string) as KnownPeer[];
      expect(founders.map((one) => one.node)).toEqual(Array.from({ length: expects }, (_, i) => i + 1));
      const settled = world.directories.filter((one) => one.founders !== undefined);
      expect(settled.map((one) => one.uuid).sort(), `seed ${seed}`).toEqual(founders.map((one) => one.uuid));
      const free = world.directories.filter((one) => one.founders === undefined);
      expect(
        free.every((one) => one.process?.bound === false),
        `seed ${seed}`,
      ).toBe(true);
    }
  });
});

interface Kit {
  readonly founding: Founding;
  readonly saved: FoundingRecord[];
  readonly time: ManualTime;
}

function alone(
  options: { record?: FoundingRecord; answers?: Record<string, FoundingAnswer>; expects?: number } = {},
): Kit {
  const saved: FoundingRecord[] = [];
  const time = new ManualTime();
  const founding = new Founding({
    clusterId: 'c',
    uuid: 'm',
    addresses: { peer: 'self:1', grpc: 'g:1', http: '' },
    expects: options.expects ?? 3,
    record: options.record ?? EMPTY_FOUNDING,
    save: async (record) => void saved.push(record),
    ask: async (address) => {
      const answer = options.answers?.[address];
      if (answer === undefined) throw new FlowError('UNAVAILABLE', `nobody at ${address}`);
      return answer;
    },
    clock: time,
    log: SILENT,
    makerGoneMs: 60_000,
  });
  return { founding, saved, time };
}

const NOBODY = { forming: [], settled: [] };
const asks = (uuid: string, attempt = 1): FoundingAsk => ({
  kind: 'grant',
  clusterId: 'c',
  uuid,
  address: `${uuid}:1`,
  expects: 3,
  attempt,
});
const seenAt = (...uuids: string[]) => uuids.map((uuid) => ({ uuid, address: `${uuid}:1`, bound: false }));

describe('a new directory', () => {
  test('expected to be the only founder founds at once', async () => {
    const founders = await alone({ expects: 1 }).founding.step(NOBODY);
    expect(founders).toEqual([
      { node: 1, uuid: 'm', address: 'self:1', services: { grpc: 'g:1', http: '' } },
    ]);
  });

  test('makes no list while a cluster of the same id is seen', async () => {
    const { founding, saved } = alone({ expects: 1 });
    await founding.step({ forming: [], settled: [{ address: 'x:1', uuid: 'x' }] });
    expect(saved).toEqual([]);
  });

  test('promises itself once, durably before it says so', async () => {
    const { founding, saved } = alone();
    expect((await founding.answer(asks('a'))).kind).toBe('granted');
    expect(saved).toEqual([{ attempt: 0, grant: { uuid: 'a', address: 'a:1', attempt: 1 } }]);
    expect((await founding.answer(asks('b'))).kind).toBe('refused');
    expect((await founding.answer(asks('a', 2))).kind).toBe('granted');
    expect((await founding.answer(asks('a', 1))).kind).toBe('refused');
  });

  test('keeps its promise while the maker is silent, and after a restart', async () => {
    const record = { attempt: 0, grant: { uuid: 'a', address: 'a:1', attempt: 1 } };
    const { founding, time } = alone({ record });
    await founding.step(NOBODY);
    await time.advance(3_600_000);
    await founding.step({ forming: seenAt('n', 'o'), settled: [] });
    expect(founding.bound).toBe(true);
    expect((await founding.answer(asks('b'))).kind).toBe('refused');
  });

  test('is free again once the maker gave up, or made a list without it', async () => {
    const record = { attempt: 0, grant: { uuid: 'a', address: 'a:1', attempt: 1 } };
    const gaveUp = alone({ record, answers: { 'a:1': { kind: 'gave-up', uuid: 'a' } } });
    await gaveUp.founding.step(NOBODY);
    expect(gaveUp.founding.bound).toBe(false);
    const list = alone({ record, answers: { 'a:1': { kind: 'founded', uuid: 'a', founders: [] } } });
    await list.founding.step(NOBODY);
    expect(list.founding.bound).toBe(false);
    expect(list.saved).toEqual([{ attempt: 0 }]);
  });

  test('gives a wiped maker up only after it was seen nowhere for long', async () => {
    const record = { attempt: 0, grant: { uuid: 'a', address: 'a:1', attempt: 1 } };
    const { founding, time } = alone({ record, answers: { 'a:1': { kind: 'gave-up', uuid: 'other' } } });
    await founding.step(NOBODY);
    await time.advance(59_000);
    await founding.step(NOBODY);
    expect(founding.bound).toBe(true);
    await time.advance(2_000);
    await founding.step(NOBODY);
    expect(founding.bound).toBe(false);
  });

  test('promises nothing while it asks to be admitted', async () => {
    const { founding } = alone();
    expect(await founding.setJoining(true)).toBe(true);
    expect((await founding.answer(asks('a'))).kind).toBe('refused');
    await founding.setJoining(false);
    expect((await founding.answer(asks('a'))).kind).toBe('granted');
    expect(await founding.setJoining(true)).toBe(false);
  });

  test('refuses another cluster and another number of founders', async () => {
    const { founding } = alone();
    await expect(founding.answer({ ...asks('a'), clusterId: 'd' })).rejects.toMatchObject({
      code: 'WRONG_CLUSTER',
    });
    await expect(founding.answer({ ...asks('a'), expects: 5 })).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
    });
  });
});
