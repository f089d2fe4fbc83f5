/**
 * Compares layouts of the `log` family under one long mixed load, each in a process of its own over a directory of its own:
 *
 *   node packages/storage/bench/layout.ts [--megabytes 1500] [--only name] [--sync] [--keep]
 *
 * Load: 64 groups, half with small entries (200–1,000 B, 16 a write), half with 16 KB entries (4 a write), eight turns in flight, synced
 * only with `--sync` (then the disk decides, not the layout). Retention: half of the groups keep 4 MB, a quarter 16 MB, a quarter
 * everything; with `--keep` all keep everything. From the middle on a consumer reads a keep-everything group from its first entry. At the
 * end two groups are read back whole, while compaction may still be at work; then everything is closed and opened again.
 * Write amplification is what the process wrote (`wchar`) per payload byte, so it covers the write-ahead log, tables and compaction.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { ByteWriter, groupId, memberId, nodeId, replicaId, SeededRandom } from '@flowmesh/base';
import type { ConfState, Entry } from '@flowmesh/raft';
import {
  arrivalOrder,
  type GroupStore,
  type LogLayout,
  type LogStore,
  MemoryWatermark,
  openLogStore,
  RocksEngine,
  type RocksTuning,
} from '../src/index.ts';

interface Variant {
  readonly name: string;
  readonly layout: LogLayout;
  readonly chunkBytesMax?: number;
  readonly sweepBytesMin?: number;
  readonly sliceBytes?: number;
  readonly tuning?: RocksTuning;
}

const groupFirst: LogLayout = (place) =>
  new ByteWriter(28)
    .u64(place.group)
    .u32(place.incarnation)
    .u64(place.firstIndex)
    .u64(place.sequence)
    .finish();

const KIB = 1024;
const BLOCKS_64: RocksTuning = { logBlockBytes: 64 * KIB };
const SLICE_BYTES = 16 * KIB * KIB;
const VARIANTS: readonly Variant[] = [
  { name: 'arrival order, 16 KiB blocks (chosen)', layout: arrivalOrder },
  { name: 'arrival order, 64 KiB blocks', layout: arrivalOrder, tuning: BLOCKS_64 },
  {
    name: 'arrival order, 64 KiB blocks, swept at once',
    layout: arrivalOrder,
    tuning: BLOCKS_64,
    sweepBytesMin: 0,
  },
  { name: 'arrival order, value per entry', layout: arrivalOrder, chunkBytesMax: 0 },
  { name: 'slices of 16 MiB, 16 KiB blocks', layout: arrivalOrder, sliceBytes: SLICE_BYTES },
  {
    name: 'slices of 16 MiB, 64 KiB blocks',
    layout: arrivalOrder,
    sliceBytes: SLICE_BYTES,
    tuning: BLOCKS_64,
  },
  { name: 'group first, 64 KiB blocks', layout: groupFirst, tuning: BLOCKS_64 },
  { name: 'group first, value per entry', layout: groupFirst, chunkBytesMax: 0 },
];

const GROUPS = 64;
const IN_FLIGHT = 8;
const GROUPS_PER_TURN = 16;
const MB = 1e6;
const MEMBER = memberId({ node: nodeId(1), replica: replicaId(1) });
const CONF: ConfState = {
  voters: [MEMBER],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

interface Loaded {
  readonly store: GroupStore;
  readonly small: boolean;
  readonly keepBytes: number;
  next: number;
  /** Index and payload bytes of each append, for retention. */
  readonly appends: { readonly last: number; readonly bytes: number }[];
  kept: number;
}

interface Figures {
  readonly name: string;
  readonly writeMBs: number;
  readonly amplification: number;
  readonly cpuSecondsPerGB: number;
  readonly behindMBs: number;
  readonly smallMBs: number;
  readonly smallReadAmplification: number;
  readonly smallCpu: number;
  readonly bigMBs: number;
  readonly bigCpu: number;
  readonly diskPerKept: number;
  readonly openMs: number;
  readonly rssMB: number;
}

async function ioOf(): Promise<{ readonly rchar: number; readonly wchar: number }> {
  const text = await readFile('/proc/self/io', 'utf8');
  const field = (name: string): number => Number(new RegExp(`${name}: (\\d+)`).exec(text)?.[1]);
  return { rchar: field('rchar'), wchar: field('wchar') };
}

async function sizeOf(dir: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(dir)) bytes += (await stat(join(dir, name))).size;
  return bytes;
}

function entriesFor(loaded: Loaded, noise: Uint8Array, random: SeededRandom): Entry[] {
  const count = loaded.small ? 16 : 4;
  const out: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const size = loaded.small ? 200 + random.below(800) : 16 * KIB;
    const at = random.below(noise.length - size);
    out.push({ term: 1, index: loaded.next++, kind: 'normal', data: noise.subarray(at, at + size) });
  }
  return out;
}

function retain(loaded: Loaded): void {
  let trimTo = 0;
  while (loaded.kept > loaded.keepBytes) {
    const oldest = loaded.appends.shift();
    if (oldest === undefined) break;
    loaded.kept -= oldest.bytes;
    trimTo = oldest.last;
  }
  if (trimTo > 0) loaded.store.trim(trimTo);
}

class Load {
  private readonly groups: readonly Loaded[];
  private readonly logStore: LogStore;
  private readonly random = new SeededRandom(7);
  private readonly noise: Uint8Array;
  private inFlight = 0;
  written = 0;

  private readonly sync: boolean;

  constructor(logStore: LogStore, groups: readonly Loaded[], sync: boolean) {
    this.sync = sync;
    this.logStore = logStore;
    this.groups = groups;
    this.noise = new Uint8Array(1 << 20);
    for (let i = 0; i < this.noise.length; i++) this.noise[i] = this.random.below(256);
  }

  async run(bytes: number): Promise<void> {
    const goal = this.written + bytes;
    await new Promise<void>((resolve, reject) => {
      const pump = (): void => {
        while (this.inFlight < IN_FLIGHT && this.written < goal) this.turn(pump, reject);
        if (this.inFlight === 0 && this.written >= goal) resolve();
      };
      pump();
    });
  }

  private turn(done: () => void, failed: (error: unknown) => void): void {
    this.inFlight++;
    let waiting = GROUPS_PER_TURN;
    const start = this.random.below(GROUPS);
    for (let i = 0; i < GROUPS_PER_TURN; i++) {
      const loaded = this.groups[(start + i * 5) % GROUPS] as Loaded;
      const entries = entriesFor(loaded, this.noise, this.random);
      const last = loaded.next - 1;
      let bytes = 0;
      for (const entry of entries) bytes += entry.data.length;
      this.written += bytes;
      loaded.appends.push({ last, bytes });
      loaded.kept += bytes;
      const hardState = { term: 1, vote: MEMBER, commit: last };
      loaded.store.append({ entries, hardState, mustSync: this.sync }, (error) => {
        if (error !== undefined) failed(error);
        if (--waiting > 0) return;
        this.inFlight--;
        done();
      });
      if (last % 64 < entries.length) {
        loaded.store.writeState({ puts: [], dels: [], applied: last, conf: CONF }, () => retain(loaded));
      }
    }
    this.logStore.flush();
  }
}

async function readBack(
  store: GroupStore,
  until: number,
): Promise<{ readonly mbs: number; readonly amplification: number; readonly cpu: number }> {
  const before = await ioOf();
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  let bytes = 0;
  for (let low = store.firstIndex(); low < until; ) {
    const entries = await store.read(low, until, 1 << 20);
    for (const entry of entries) bytes += entry.data.length;
    low += entries.length;
  }
  const seconds = (performance.now() - started) / 1000;
  const { rchar } = await ioOf();
  const cpu = process.cpuUsage(cpuBefore);
  return {
    mbs: bytes / MB / seconds,
    amplification: (rchar - before.rchar) / bytes,
    cpu: (cpu.user + cpu.system) / 1e6 / (bytes / 1e9),
  };
}

async function measure(variant: Variant, megabytes: number): Promise<Figures> {
  const dir = await mkdtemp(join(tmpdir(), 'flowmesh-layout-'));
  const watermark = new MemoryWatermark();
  const options = {
    disk: { reserveBytes: 0 },
    ...(variant.tuning === undefined ? {} : { tuning: variant.tuning }),
  };
  const storeOptions = {
    layout: variant.layout,
    tailBytesMax: 16 * MB,
    ...(variant.sliceBytes === undefined ? {} : { sliceBytes: variant.sliceBytes }),
    ...(variant.sweepBytesMin === undefined ? {} : { sweepBytesMin: variant.sweepBytesMin }),
    ...(variant.chunkBytesMax === undefined ? {} : { chunkBytesMax: variant.chunkBytesMax }),
  };
  try {
    let engine = await RocksEngine.open(dir, options);
    let logStore = await openLogStore(engine, watermark, storeOptions);
    const groups: Loaded[] = [];
    for (let i = 0; i < GROUPS; i++) {
      const store = await logStore.create({
        group: groupId(i + 1),
        member: MEMBER,
        conf: CONF,
        machine: 'stream',
      });
      const keepBytes =
        values.keep || i % 4 === 3 ? Number.POSITIVE_INFINITY : i % 4 === 2 ? 16 * MB : 4 * MB;
      groups.push({ store, small: i % 8 < 4, keepBytes, next: 2, appends: [], kept: 0 });
    }
    const load = new Load(logStore, groups, values.sync);
    const started = performance.now();
    await load.run((megabytes * MB) / 2);
    const behindGroup = groups[7] as Loaded;
    const [behind] = await Promise.all([
      readBack(behindGroup.store, behindGroup.next),
      load.run((megabytes * MB) / 2),
    ]);
    const seconds = (performance.now() - started) / 1000;
    const cpu = process.cpuUsage();
    const io = await ioOf();
    const rssMB = process.memoryUsage().rss / MB;
    const small = await readBack((groups[3] as Loaded).store, (groups[3] as Loaded).next);
    const big = await readBack((groups[15] as Loaded).store, (groups[15] as Loaded).next);
    await logStore.close();
    await engine.close();
    const openStarted = performance.now();
    engine = await RocksEngine.open(dir, options);
    logStore = await openLogStore(engine, watermark, storeOptions);
    await Promise.all(logStore.groups().map((group) => logStore.open(group)));
    const openMs = performance.now() - openStarted;
    const kept = groups.reduce((sum, one) => sum + one.kept, 0);
    const diskPerKept = (await sizeOf(dir)) / kept;
    await logStore.close();
    await engine.close();
    const gigabytes = load.written / 1e9;
    return {
      name: variant.name,
      writeMBs: load.written / MB / seconds,
      amplification: io.wchar / load.written,
      cpuSecondsPerGB: (cpu.user + cpu.system) / 1e6 / gigabytes,
      behindMBs: behind.mbs,
      smallMBs: small.mbs,
      smallReadAmplification: small.amplification,
      smallCpu: small.cpu,
      bigMBs: big.mbs,
      bigCpu: big.cpu,
      diskPerKept,
      openMs,
      rssMB,
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function row(figures: Figures): string {
  const cells = [
    figures.name,
    figures.writeMBs.toFixed(0),
    figures.amplification.toFixed(2),
    figures.cpuSecondsPerGB.toFixed(1),
    figures.behindMBs.toFixed(0),
    `${figures.smallMBs.toFixed(0)} / ${figures.smallCpu.toFixed(1)} / ${figures.smallReadAmplification.toFixed(1)}×`,
    `${figures.bigMBs.toFixed(0)} / ${figures.bigCpu.toFixed(1)}`,
    figures.diskPerKept.toFixed(2),
    figures.openMs.toFixed(0),
    figures.rssMB.toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1500' },
    only: { type: 'string' },
    child: { type: 'string' },
    sync: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const megabytes = Number(values.megabytes);
if (values.child === undefined) {
  console.log(
    '| Layout | Write MB/s | Write amplification | CPU s/GB | Reader behind MB/s | Small entries back MB/s / CPU s/GB / read amplification | 16 KB entries back MB/s / CPU s/GB | Disk per kept byte | Open ms | RSS MB |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|');
  for (const { name } of VARIANTS) {
    if (values.only !== undefined && values.only !== name) continue;
    const args = [
      fileURLToPath(import.meta.url),
      '--child',
      name,
      '--megabytes',
      String(megabytes),
      ...(values.sync ? ['--sync'] : []),
      ...(values.keep ? ['--keep'] : []),
    ];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    console.log(row(JSON.parse(stdout) as Figures));
  }
} else {
  const variant = VARIANTS.find(({ name }) => name === values.child);
  if (variant === undefined) throw new Error(`no layout ${values.child}`);
  console.log(JSON.stringify(await measure(variant, megabytes)));
}
