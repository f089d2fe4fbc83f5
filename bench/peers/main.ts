/**
 * `npm run bench:peers [-- --peer NAME …] [--pairs 5] [--duration 10] [--warmup 3] [--json FILE] [--write FILE] [--prepare]`: FlowMesh beside what one would
 * otherwise use, in one run, pair by pair. Prints the table; a peer that cannot be installed or started is listed as missing. Exits 1 where
 * nothing could be compared, 130 where it was interrupted.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadNow, machineFacts } from '@flowmesh/cli/bench';
import { connect } from '@flowmesh/client';
import { Cluster } from '../../test/e2e/harness/cluster.ts';
import { type OurCluster, type Peer, REPLICAS, type Variant } from './contest.ts';
import { type ContestResult, type PairSettings, runContest } from './pairs.ts';
import { etcd } from './systems/etcd.ts';
import { kafka } from './systems/kafka.ts';
import { nats } from './systems/nats.ts';
import { rabbitmq } from './systems/rabbitmq.ts';
import { redis } from './systems/redis.ts';
import { type Missing, type PeersResult, tableOf, type VariantResult } from './table.ts';

const PEERS: readonly Peer[] = [kafka, nats, etcd, rabbitmq, redis];
const OURS = 'acknowledged once fsynced by a majority of the replicas';

interface Found {
  readonly variants: VariantResult[];
  readonly missing: Missing[];
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      peer: { type: 'string', multiple: true, default: [] },
      pairs: { type: 'string', default: '5' },
      duration: { type: 'string', default: '10' },
      warmup: { type: 'string', default: '3' },
      json: { type: 'string' },
      write: { type: 'string' },
      prepare: { type: 'boolean', default: false },
    },
  });
  const unknown = values.peer.find((name) => PEERS.every((peer) => peer.name !== name));
  const numbers = [values.pairs, values.duration, values.warmup].map(Number);
  const [pairs = 0, seconds = 0, warmupSeconds = 0] = numbers;
  if (
    unknown !== undefined ||
    !Number.isInteger(pairs) ||
    pairs < 1 ||
    !(seconds > 0) ||
    !(warmupSeconds >= 0)
  ) {
    console.error(
      `usage: npm run bench:peers -- [--peer ${PEERS.map(({ name }) => name).join('|')}] [--pairs N] [--duration SECONDS] [--warmup SECONDS]`,
    );
    return 2;
  }
  const peers = PEERS.filter(({ name }) => values.peer.length === 0 || values.peer.includes(name));
  const interrupted = interruption();
  const settings: PairSettings = {
    pairs,
    durationMs: seconds * 1_000,
    warmupMs: warmupSeconds * 1_000,
    signal: interrupted,
    say: (text) => console.error(text),
  };
  if (values.prepare) return await prepare(peers);
  const result = await compareAll(peers, settings);
  const table = tableOf(result);
  console.log(table);
  if (values.write !== undefined) writeFileSync(values.write, table);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
  if (interrupted.aborted) return 130;
  return result.variants.some(({ contests }) => contests.length > 0) ? 0 : 1;
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

async function compareAll(peers: readonly Peer[], settings: PairSettings): Promise<PeersResult> {
  const startedAt = new Date().toISOString();
  const loadBefore = loadNow();
  const found: Found = { variants: [], missing: [] };
  await using cluster = await ourCluster();
  for (const peer of peers) {
    if (!settings.signal.aborted) await comparePeer(peer, cluster, settings, found);
  }
  const { pairs, durationMs, warmupMs } = settings;
  return {
    schema: 'flowmesh.bench.peers.v1',
    startedAt,
    machine: machineFacts(loadBefore),
    pairs,
    durationMs,
    warmupMs,
    ours: { durability: OURS, nodes: REPLICAS, replicationFactor: REPLICAS },
    ...found,
  };
}

async function ourCluster(): Promise<OurCluster & AsyncDisposable> {
  const cluster = await Cluster.start({ nodes: REPLICAS, kafka: true });
  const mesh = await connect({ endpoints: cluster.endpoints });
  return {
    endpoints: cluster.endpoints,
    kafka: cluster.nodes.map(({ ports }) => `127.0.0.1:${ports.kafka}`),
    mesh,
    [Symbol.asyncDispose]: async () => {
      await mesh.close();
      await cluster.close();
    },
  };
}

async function comparePeer(
  peer: Peer,
  cluster: OurCluster,
  settings: PairSettings,
  { variants, missing }: Found,
): Promise<void> {
  settings.say(`${peer.name}: installing`);
  const installed = await peer.install();
  if (installed.kind === 'missing') {
    missing.push({ peer: peer.name, variant: null, what: installed.what });
    return;
  }
  for (const variant of peer.variants) {
    if (settings.signal.aborted) return;
    try {
      variants.push(await compareVariant(peer.name, variant, installed.folder, cluster, settings));
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      settings.say(`${peer.name}, ${variant.name}: ${what}`);
      if (!settings.signal.aborted) missing.push({ peer: peer.name, variant: variant.name, what });
    }
  }
}

async function compareVariant(
  peer: string,
  variant: Variant,
  folder: string,
  cluster: OurCluster,
  settings: PairSettings,
): Promise<VariantResult> {
  settings.say(`${peer}, ${variant.name}: starting`);
  await using running = await variant.start(folder, settings.signal);
  const contests: ContestResult[] = [];
  for (const contest of running.contests) {
    settings.say(`${peer}, ${variant.name}: ${contest.name}`);
    contests.push(await runContest(contest, cluster, settings));
  }
  const { name, durability, comparable } = variant;
  return { peer, version: running.version, variant: name, durability, comparable, contests };
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
