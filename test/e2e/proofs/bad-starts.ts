/** Nodes that must not start: wrong configurations, another cluster's data directory, ports and directories in use. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { type Cluster, type ClusterNode, MAIN } from '../harness/cluster.ts';

export interface BadStartNotes {
  refused(what: string, how: string): void;
  broken(what: string): void;
}

type Config = Record<string, unknown>;

interface BadStart {
  readonly what: string;
  /** The configuration of a node that runs, to be spoilt. */
  readonly spoil: (config: Config) => unknown;
  readonly exitCode: number;
  readonly code: string;
  /** Words that the message must hold. */
  readonly says: string;
}

const EXIT_CONFIG = 2;
const EXIT_UNAVAILABLE = 6;
const START_TIMEOUT_MS = 60_000;

export async function proveBadStarts(cluster: Cluster, notes: BadStartNotes): Promise<void> {
  const [node] = cluster.nodes as [ClusterNode];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-bad-start-'));
  try {
    for (const start of badStarts(node, folder)) await mustNotStart(start, { node, folder, notes });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function badStarts(node: ClusterNode, folder: string): readonly BadStart[] {
  const config = (what: string, says: string, spoil: BadStart['spoil']): BadStart => ({
    what,
    says,
    spoil,
    exitCode: EXIT_CONFIG,
    code: 'CONFIG_INVALID',
  });
  const set =
    (room: string, more: Config) =>
    (whole: Config): Config => ({
      ...whole,
      [room]: { ...(whole[room] as Config), ...more },
    });
  return [
    config('an unknown key', 'storgae', (whole) => ({ ...whole, storgae: {} })),
    config('an unknown key inside', 'tickMS', set('raft', { tickMS: 100 })),
    config('a negative number', 'tickMs', set('raft', { tickMs: -5 })),
    config('a word for a number', 'electionTicks', set('raft', { electionTicks: 'many' })),
    config('an endless name', 'node.name', set('node', { name: 'n'.repeat(1_000) })),
    config('a cluster id with a space', 'cluster.id', set('cluster', { id: 'two words' })),
    config('no cluster id', 'cluster', (whole) => ({ ...whole, cluster: undefined })),
    config('text that is no YAML', 'YAML', () => undefined),
    {
      what: 'a data directory of another cluster',
      says: 'another',
      spoil: set('cluster', { id: 'another' }),
      exitCode: EXIT_CONFIG,
      code: 'WRONG_CLUSTER',
    },
    {
      what: 'a data directory that is open',
      says: 'directory',
      spoil: (whole) => set('node', { dataDir: node.dataDir })(whole),
      exitCode: EXIT_UNAVAILABLE,
      code: 'UNAVAILABLE',
    },
    {
      what: 'a port that is in use',
      says: String(node.ports.http),
      spoil: (whole) =>
        set('node', { dataDir: path.join(folder, 'fresh') })({
          ...whole,
          listeners: { ...(whole['listeners'] as Config), http: { port: node.ports.http } },
        }),
      exitCode: EXIT_UNAVAILABLE,
      code: 'UNAVAILABLE',
    },
  ];
}

interface Ended {
  readonly exitCode: number | string;
  readonly output: string;
}

async function mustNotStart(
  start: BadStart,
  { node, folder, notes }: { node: ClusterNode; folder: string; notes: BadStartNotes },
): Promise<void> {
  const base = parse(readFileSync(node.configFile, 'utf8')) as Config;
  const dataDir = path.join(folder, 'copied');
  // A directory that belongs to a cluster says so in its identity, before anything else is looked at.
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir);
  copyFileSync(path.join(node.dataDir, 'identity.json'), path.join(dataDir, 'identity.json'));
  const spoilt = start.spoil({
    ...base,
    node: { ...(base['node'] as Config), dataDir },
    // The others' ports are in use, but it must not come so far as to listen there.
    listeners: { ...(base['listeners'] as Config), http: { port: 0 } },
  });
  const file = path.join(folder, 'node.yaml');
  writeFileSync(file, spoilt === undefined ? 'a: [b\n  c: "' : stringify(spoilt));
  const { exitCode, output } = await run(file);
  const last = lastEntry(output);
  const { code = '', message = '', hint = '' } = (last['err'] ?? {}) as Record<string, string>;
  notes.refused(`starting with ${start.what}`, `exit code ${exitCode}, ${code}: ${message} [${hint}]`);
  if (exitCode !== start.exitCode || code !== start.code || !message.includes(start.says) || hint === '')
    notes.broken(`starting with ${start.what}: exit code ${exitCode}, ${output.slice(-600)}`);
}

function run(configFile: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, '--config', configFile],
      { timeout: START_TIMEOUT_MS },
      (error, stdout, stderr) => {
        resolve({
          exitCode: error === null ? 0 : (error.code ?? error.signal ?? 'unknown'),
          output: stdout + stderr,
        });
      },
    );
  });
}

function lastEntry(output: string): Record<string, unknown> {
  try {
    return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
  } catch {
    return {};
  }
}
