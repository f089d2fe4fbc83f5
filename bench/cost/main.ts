/**
 * `npm run bench:cost [-- --work put --work get …] [--operations N] [--in-flight 256] [--shards 1] [--payload 256] [--batch 262144] [--profile DIR] [--json FILE]`:
 * what an operation costs in processor time, system calls, fsyncs and bytes, and how long event loops wait, process by process, on three nodes of its own. Unlike rates, that can be measured on a
 * busy machine, and where clients and nodes share few cores it decides the rate. With `--profile` every process leaves its CPU profiles in a folder,
 * and what dominates them is printed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineFacts, loadNow } from '@flowmesh/cli/bench';
import { connect } from '@flowmesh/client';
import { Cluster, THIS_BUILD } from '../../test/e2e/harness/cluster.ts';
import type { FromClient, Job, ToClient } from './client.ts';
import { costTable } from './cost-table.ts';
import { LagWatch, nodeName } from './lag-watch.ts';
import { type Cost, costOf, type Sample, sampleOf, systemSample, totalOf } from './process-cost.ts';
import { type CpuProfile, summarise, summaryText } from './profile-summary.ts';
import { WORKS, type WorkSettings } from './works.ts';

const NODES = 3;
const CLIENT = fileURLToPath(new URL('./client.ts', import.meta.url));
const CLIENT_NAME = 'client';
const PROFILE_LINES = 25;
const PROFILED_US_MIN = 300_000;

interface Result {
  readonly work: string;
  readonly settings: WorkSettings;
  readonly operations: number;
  readonly failed: number;
  readonly perSecond: number;
  readonly costs: readonly Cost[];
}

interface Options {
  readonly operations: number;
  readonly settings: Omit<WorkSettings, 'name' | 'kafka'>;
  readonly profile: string | undefined;
}

async function measure(cluster: Cluster, work: string, options: Options): Promise<Result> {
  const settings = { ...options.settings, kafka: cluster.kafka, name: `cost-${work}` };
  const mesh = await connect({ endpoints: cluster.endpoints });
  try {
    await WORKS[work]?.make(mesh, settings);
  } finally {
    await mesh.close();
  }
  const { operations, profile } = options;
  const { endpoints } = cluster;
  const job: Job = { ...settings, work, endpoints, operations, warmup: Math.ceil(operations / 4) };
  const client = fork(CLIENT, [JSON.stringify(job)], { execArgv: profileFlags(profile, `client-${work}`) });
  try {
    await heard(client, 'warm');
    const before = await samples(cluster, client);
    using watch = new LagWatch(cluster.nodes);
    tell(client, 'go');
    const { elapsedMs, failed, lagMs } = await heard(client, 'done');
    const after = await samples(cluster, client);
    const gone = once(client, 'exit');
    tell(client, 'end');
    await gone;
    const costs = [...before].map(([name, sample]) =>
      costOf(name, [sample, after.get(name) ?? sample], {
        operations,
        elapsedMs,
        lagMs: name === CLIENT_NAME ? lagMs : watch.worstMs(name),
      }),
    );
    const perSecond = (operations * 1_000) / elapsedMs;
    return { work, settings, operations, failed, perSecond, costs: [...costs, totalOf(costs)] };
  } finally {
    client.kill('SIGKILL');
  }
}

/** Of the client and of every node, by name. */
async function samples(cluster: Cluster, client: ChildProcess): Promise<ReadonlyMap<string, Sample>> {
  const found = new Map<string, Sample>();
  found.set(CLIENT_NAME, sampleOf(systemSample(client.pid ?? 0)));
  for (const node of cluster.nodes) {
    const metrics = (await node.http('/metrics'))?.body ?? '';
    found.set(nodeName(node), sampleOf(systemSample(node.pid ?? 0), metrics));
  }
  return found;
}

function tell(client: ChildProcess, kind: ToClient['kind']): void {
  client.send({ kind } satisfies ToClient);
}

function heard<Kind extends FromClient['kind']>(
  client: ChildProcess,
  kind: Kind,
): Promise<Extract<FromClient, { kind: Kind }>> {
  return new Promise((resolve, reject) => {
    client.once('exit', (code) => reject(new Error(`the client ended with ${code}`)));
    client.on('message', (message: FromClient) => {
      if (message.kind === kind) resolve(message as Extract<FromClient, { kind: Kind }>);
    });
  });
}

function profileFlags(folder: string | undefined, name: string): string[] {
  return folder === undefined
    ? []
    : ['--cpu-prof', `--cpu-prof-dir=${path.join(path.resolve(folder), name)}`];
}

/** The threads that did something, longest first. */
function showProfiles(folder: string): void {
  for (const name of readdirSync(folder).sort()) {
    const found = readdirSync(path.join(folder, name))
      .filter((file) => file.endsWith('.cpuprofile'))
      .map((file) => ({ file, summary: summarise(readProfile(path.join(folder, name, file))) }))
      .filter(({ summary }) => summary.busyUs >= PROFILED_US_MIN)
      .sort((a, b) => b.summary.busyUs - a.summary.busyUs);
    for (const { file, summary } of found) {
      console.log(`\n${name}/${file}\n${summaryText(summary, PROFILE_LINES)}`);
    }
  }
}

function readProfile(file: string): CpuProfile {
  return JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
}

async function run(works: readonly string[], options: Options, json: string | undefined): Promise<void> {
  const loadBefore = loadNow();
  const { profile } = options;
  if (profile !== undefined) mkdirSync(profile, { recursive: true });
  const program = { ...THIS_BUILD, nodeFlags: profileFlags(profile, 'nodes') };
  const results: Result[] = [];
  await using cluster = await Cluster.start({ nodes: NODES, kafka: true, program });
  for (const work of works) {
    const result = await measure(cluster, work, options);
    results.push(result);
    const { operations, failed, perSecond, costs } = result;
    const { inFlight, shards, payloadBytes } = options.settings;
    console.log(
      `\n${work}: ${operations} operations (${failed} failed), ${inFlight} under way, ${shards} shard(s), ${payloadBytes} B; ${Math.round(perSecond)}/s`,
    );
    console.log(costTable(costs));
  }
  if (profile !== undefined) {
    // Profiles are written when a process ends in order.
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    showProfiles(profile);
  }
  const machine = machineFacts(loadBefore);
  if (json !== undefined)
    writeFileSync(
      json,
      `${JSON.stringify({ schema: 'flowmesh.bench.cost.v1', machine, results }, undefined, 2)}\n`,
    );
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      work: { type: 'string', multiple: true, default: ['put', 'get', 'enqueue', 'queue'] },
      operations: { type: 'string', default: '40000' },
      'in-flight': { type: 'string', default: '256' },
      shards: { type: 'string', default: '1' },
      payload: { type: 'string', default: '256' },
      keys: { type: 'string', default: '1000' },
      batch: { type: 'string', default: '262144' },
      profile: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const { work, profile, json } = values;
  const asked = [
    values.operations,
    values['in-flight'],
    values.shards,
    values.payload,
    values.keys,
    values.batch,
  ];
  const numbers = asked.map(Number);
  const [operations = 0, inFlight = 0, shards = 0, payloadBytes = 0, keys = 0, batchBytes = 0] = numbers;
  if (work.some((name) => !(name in WORKS)) || numbers.some((one) => !Number.isInteger(one) || one < 1)) {
    console.error(
      `usage: npm run bench:cost -- [--work ${Object.keys(WORKS).join('|')}]… [--operations N] [--in-flight N] [--shards N] [--payload BYTES] [--keys N] [--batch BYTES] [--profile DIR] [--json FILE]`,
    );
    return 2;
  }
  await run(
    work,
    { operations, settings: { shards, payloadBytes, inFlight, keys, batchBytes }, profile },
    json,
  );
  return 0;
}

process.exitCode = await main();
