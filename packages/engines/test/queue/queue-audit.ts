/** Looks at a queue's whole state, as it is written, and says what contradicts itself. */
import { decodeMeta } from '../../src/queue/job-codec.ts';
import {
  GLOBALS_KEY,
  lastSeq,
  numberKey,
  readForgetKey,
  TABLE,
  tablePrefix,
} from '../../src/queue/queue-keys.ts';
import { QueueGlobals } from '../../src/queue/queue-globals.ts';
import type { JobMeta, QueueMachine } from '../../src/index.ts';
import type { MemoryState } from '../memory-state.ts';

export async function jobsOf(state: MemoryState): Promise<readonly JobMeta[]> {
  const pairs = await table(state, TABLE.meta);
  return pairs.map(([key, value]) => decodeMeta(lastSeq(key), value));
}

async function table(
  state: MemoryState,
  number: number,
): Promise<ReadonlyArray<readonly [Uint8Array, Uint8Array]>> {
  return state.scan({ from: tablePrefix(number), to: tablePrefix(number + 1) });
}

/** Which index each job must stand in. */
function indexOf(meta: JobMeta): keyof typeof TABLE {
  switch (meta.state) {
    case 'ready':
      return meta.place.blocked ? 'waiting' : 'ready';
    case 'delayed':
      return 'delayed';
    case 'leased':
      return meta.lease?.transaction === undefined ? 'lease' : 'staged';
    case 'dead':
      return 'dead';
    case 'staged':
      return 'staged';
  }
}

const INDEXES = ['ready', 'waiting', 'delayed', 'lease', 'dead', 'staged'] as const;

export async function audit(state: MemoryState, machine: QueueMachine): Promise<readonly string[]> {
  const faults: string[] = [];
  const jobs = await jobsOf(state);
  const places = new Map<number, string[]>();
  for (const name of INDEXES) {
    for (const [key] of await table(state, TABLE[name])) {
      const seq = lastSeq(key);
      places.set(seq, [...(places.get(seq) ?? []), name]);
    }
  }
  for (const meta of jobs) {
    const found = places.get(meta.seq) ?? [];
    if (found.length !== 1 || found[0] !== indexOf(meta)) {
      faults.push(`job ${meta.seq} is ${meta.state} and stands in ${found.join(', ') || 'no index'}`);
    }
    if ((meta.state === 'leased') !== (meta.lease !== undefined)) faults.push(`job ${meta.seq}: lease`);
    if ((await state.get(numberKey(TABLE.body, meta.seq))) === undefined)
      faults.push(`job ${meta.seq}: no body`);
    places.delete(meta.seq);
  }
  for (const seq of places.keys()) faults.push(`an index names job ${seq}, which is not there`);
  const bodies = await table(state, TABLE.body);
  if (bodies.length !== jobs.length) faults.push(`${bodies.length} bodies of ${jobs.length} jobs`);
  faults.push(...countFaults(jobs, machine), ...(await orderFaults(jobs, state)), ...(await idFaults(state)));
  await globalsFaults(state, faults);
  return faults;
}

function countFaults(jobs: readonly JobMeta[], machine: QueueMachine): readonly string[] {
  const stats = machine.stats();
  const count = (holds: (meta: JobMeta) => boolean): number => jobs.filter(holds).length;
  const bytes = (dead: boolean): number =>
    jobs.filter(({ state }) => (state === 'dead') === dead).reduce((sum, meta) => sum + meta.bytes, 0);
  const expected = {
    ready: count(({ state }) => state === 'ready'),
    blocked: count(({ place }) => place.blocked),
    delayed: count(({ state }) => state === 'delayed'),
    leased: count(({ state }) => state === 'leased'),
    dead: count(({ state }) => state === 'dead'),
    staged: count(({ state }) => state === 'staged'),
    bytes: bytes(false),
    deadBytes: bytes(true),
  };
  const faults = Object.entries(expected)
    .filter(([name, value]) => stats[name as keyof typeof expected] !== value)
    .map(([name, value]) => `${name}: ${stats[name as keyof typeof expected]} counted, ${value} there`);
  const errors = stats.errors.reduce((sum, line) => sum + line.count, 0);
  if (errors !== expected.dead) faults.push(`${errors} dead jobs in the histogram of ${expected.dead}`);
  stats.readyByPriority.forEach((counted, priority) => {
    const there = count(
      (meta) => meta.state === 'ready' && !meta.place.blocked && meta.priority === priority,
    );
    if (there !== counted) faults.push(`ready of priority ${priority}: ${counted} counted, ${there} there`);
  });
  return faults;
}

/** Of a key, at most one job is not blocked among those that take part in its order. */
async function orderFaults(jobs: readonly JobMeta[], state: MemoryState): Promise<readonly string[]> {
  const faults: string[] = [];
  const holders = new Map<string, number>();
  const blocked = new Map<string, number>();
  for (const { place, key } of jobs) {
    if (!place.ordered) continue;
    const into = place.blocked ? blocked : holders;
    into.set(String(key), (into.get(String(key)) ?? 0) + 1);
  }
  for (const [key, count] of holders) if (count > 1) faults.push(`${count} jobs hold key ${key}`);
  const freed = new Set((await table(state, TABLE.freed)).map(([, value]) => String(value)));
  for (const key of blocked.keys()) {
    if (!holders.has(key) && !freed.has(key)) faults.push(`nobody will free key ${key}`);
  }
  const records = (await table(state, TABLE.order)).length;
  const keys = new Set([...holders.keys(), ...blocked.keys()]).size;
  if (records !== keys) faults.push(`${records} records of ${keys} ordered keys`);
  return faults;
}

/** What is remembered will be forgotten, and nothing else. */
async function idFaults(state: MemoryState): Promise<readonly string[]> {
  const faults: string[] = [];
  const entries = await table(state, TABLE.forget);
  for (const [key] of entries) {
    if ((await state.get(readForgetKey(key).what)) === undefined)
      faults.push('an id is forgotten that is not known');
  }
  let remembered = 0;
  for (const name of ['dedup', 'request', 'transaction'] as const) {
    remembered += (await table(state, TABLE[name])).length;
  }
  if (remembered !== entries.length) faults.push(`${remembered} ids, ${entries.length} to be forgotten`);
  return faults;
}

async function globalsFaults(state: MemoryState, faults: string[]): Promise<void> {
  const written = await state.get(GLOBALS_KEY);
  if (written === undefined) return;
  const globals = new QueueGlobals();
  globals.decode(written);
  for (const count of [globals.delayed, globals.leased, globals.dead, globals.staged, ...globals.readyBy]) {
    if (count < 0) faults.push('a count is below zero');
  }
}
