/**
 * `npm run bench:peers [-- --peer NAME …] [--only ROW …] [--pairs 5] [--duration 6] [--warmup 2] [--prime 15] [--rounds 10] [--large]
 * [--json FILE] [--write FILE] [--prepare]`: FlowMesh beside what one would otherwise use, in one run, pair by pair. Prints the table; a peer that cannot be installed or started is
 * listed as missing. Exits 1 where nothing could be compared, 130 where it was interrupted.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { compareAll, type CompareSettings } from './compare.ts';
import type { Peer } from './contest.ts';
import { isRow, ROW_NAMES, ROWS } from './rows.ts';
import { GIB } from './size.ts';
import { etcd } from './systems/etcd.ts';
import { kafka } from './systems/kafka.ts';
import { nats } from './systems/nats.ts';
import { rabbitmq } from './systems/rabbitmq.ts';
import { redis } from './systems/redis.ts';
import { tableOf } from './table.ts';

const PEERS: readonly Peer[] = [kafka, nats, etcd, rabbitmq, redis];
const IDLE = { partitions: 2_000, settleMs: 30_000, watchMs: 60_000 };
const KEPT = [GIB];
const KEPT_LARGE = [GIB, 10 * GIB, 50 * GIB];

const USAGE = `usage: npm run bench:peers -- [--peer ${PEERS.map(({ name }) => name).join('|')}]… [--only ROW]… [--pairs N] [--duration SECONDS] [--warmup SECONDS] [--prime SECONDS]
         [--rounds N] [--partitions N] [--large] [--json FILE] [--write FILE] [--prepare]
rows:
${ROW_NAMES.map((row) => `  ${row.padEnd(10)} ${ROWS[row]}`).join('\n')}
--prime SECONDS that each side works uncounted before the first pair (default 15)
--rounds N      leaders killed on each side (default 10)
--partitions N  that nobody uses (default ${IDLE.partitions})
--large         size: 10 and 50 GiB kept, too; hours, and 250 GB of the disk
--prepare       only fetches what is needed`;

const OPTIONS = {
  peer: { type: 'string', multiple: true, default: [] },
  only: { type: 'string', multiple: true, default: [] },
  pairs: { type: 'string', default: '5' },
  duration: { type: 'string', default: '6' },
  warmup: { type: 'string', default: '2' },
  prime: { type: 'string', default: '15' },
  rounds: { type: 'string', default: '10' },
  partitions: { type: 'string', default: `${IDLE.partitions}` },
  large: { type: 'boolean', default: false },
  json: { type: 'string' },
  write: { type: 'string' },
  prepare: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} satisfies ParseArgsOptionsConfig;

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}

async function main(): Promise<number> {
  const values = valuesOf(process.argv.slice(2));
  if (values === undefined || values.help) {
    console.error(USAGE);
    return values === undefined ? 2 : 0;
  }
  const { peer: asked, only } = values;
  const counts = [values.pairs, values.rounds, values.partitions].map(Number);
  const [pairs = 0, failoverRounds = 0, partitions = 0] = counts;
  const [seconds = 0, warmupSeconds = 0, primeSeconds = 0] = [
    values.duration,
    values.warmup,
    values.prime,
  ].map(Number);
  const known =
    asked.every((name) => PEERS.some((peer) => peer.name === name)) &&
    only.every(isRow) &&
    counts.every((count) => Number.isInteger(count) && count >= 1);
  if (!known || !(seconds > 0) || !(warmupSeconds >= 0) || !(primeSeconds >= 0)) {
    console.error(USAGE);
    return 2;
  }
  const peers = PEERS.filter(({ name, onlyAsked }) =>
    asked.length === 0 ? onlyAsked !== true : asked.includes(name),
  );
  if (values.prepare) return await prepare(peers);
  const interrupted = interruption();
  const settings: CompareSettings = {
    pairs,
    durationMs: seconds * 1_000,
    warmupMs: warmupSeconds * 1_000,
    primeMs: primeSeconds * 1_000,
    failoverRounds,
    idle: { ...IDLE, partitions },
    kept: values.large ? KEPT_LARGE : KEPT,
    wants: (row) => only.length === 0 || only.includes(row),
    sizes: only.includes('size') || (only.length === 0 && asked.length === 0),
    signal: interrupted,
    say: (text) => console.error(text),
  };
  const result = await compareAll(peers, settings);
  const table = tableOf(result);
  console.log(table);
  if (values.write !== undefined) writeFileSync(values.write, table);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
  if (interrupted.aborted) return 130;
  return result.variants.length > 0 || result.sizes !== null ? 0 : 1;
}

/** Only fetches what is needed. */
async function prepare(peers: readonly Peer[]): Promise<number> {
  let missing = 0;
  for (const peer of peers) {
    const { name } = peer;
    const installed = await peer.install();
    console.log(
      installed.kind === 'there' ? `${name}: ${installed.folder}` : `${name}: missing: ${installed.what}`,
    );
    if (installed.kind === 'missing') missing++;
  }
  return missing === 0 ? 0 : 1;
}

/** The first signal ends everything in order, the second at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      controller.abort();
    });
  }
  return controller.signal;
}

process.exitCode = await main();
