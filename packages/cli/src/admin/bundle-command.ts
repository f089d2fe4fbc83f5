/**
 * `flowmesh-admin bundle`: what somebody needs who shall find out what is wrong: the cluster as it sees itself and the diagnostics of
 * every node, in one archive. Nodes that do not answer are named in it, and the exit code is 8.
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { FlowError, type FlowMesh } from '@flowmesh/client';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { Progress } from '../interaction/progress.ts';
import { formatBytes } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { wholeOption } from '../stream/positions.ts';
import { maskSecrets } from './mask-secrets.ts';
import { writeNewFile } from './new-file.ts';
import { tarArchive, type TarFile } from './tar-writer.ts';

/** Bytes before compression: what is beyond is left out, and said so. */
const BUNDLE_BYTES_MAX = 512 * 1024 * 1024;
/** Partitions listed in the bundle. */
const PARTITIONS_MAX = 100_000;

const compress = promisify(gzip);

interface BundleOptions {
  readonly file?: string;
  readonly logLines: number;
  readonly overwrite?: boolean;
}

interface Missing {
  /** A node, or a part of the cluster's view. */
  readonly what: string;
  readonly code: string;
  readonly message: string;
}

export function addBundleCommand(program: Command, context: ProgramContext): void {
  const command = program
    .command('bundle')
    .description('diagnostics of every node and of the cluster in one .tar.gz, without secrets and records')
    .option('-f, --file <path>', 'the file (default: flowmesh-bundle-CLUSTER-TIME.tar.gz)')
    .option(
      '--log-lines <n>',
      'recent log lines of every node',
      wholeOption('--log-lines', { min: 0, max: 100_000 }),
      2_000,
    )
    .option('--overwrite', 'replace a file that is there');
  handle<BundleOptions>(command, context, (session, options) =>
    session.withMesh((mesh) => bundle(session, mesh, options)),
  );
}

async function bundle(session: Session, mesh: FlowMesh, options: BundleOptions): Promise<number> {
  const progress = new Progress(session.environment);
  const { clusterId } = await mesh.metadata([], session.callOptions);
  const bag = new Bag();
  progress.update('asking for the view of the cluster');
  await collectCluster(session, mesh, bag);
  progress.update('asking the nodes');
  const answers = await mesh.cluster.diagnostics({ logLines: options.logLines, ...session.callOptions });
  for (const answer of answers) {
    if (answer.kind === 'failed') {
      bag.missing.push({
        what: `node ${answer.node}`,
        code: answer.error.code,
        message: answer.error.message,
      });
      continue;
    }
    for (const part of answer.value.parts)
      bag.add(`nodes/${answer.node}/${safeName(part.name)}`, part.content);
  }
  progress.end();
  const nodes = answers.filter((answer) => answer.kind === 'answered').length;
  const nowMs = session.environment.wallMs();
  const time = new Date(nowMs).toISOString();
  const manifest = { clusterId, time, nodes: answers.length, nodesAnswered: nodes, missing: bag.missing };
  bag.files.unshift({ name: 'manifest.json', content: jsonBytes(manifest) });
  const root = 'flowmesh-bundle';
  const files = bag.files.map(({ name, content }) => ({ name: `${root}/${name}`, content }));
  const archive = await compress(tarArchive(files, nowMs));
  const name = options.file ?? `${root}-${safeName(clusterId)}-${time.replace(/[:.]/g, '-')}.tar.gz`;
  const file = writeNewFile(session.environment.cwd, name, archive, options.overwrite === true);
  const row = {
    file,
    bytes: archive.length,
    files: files.length,
    nodes: answers.length,
    nodesAnswered: nodes,
  };
  await session.one({ ...row, missing: bag.missing }, [
    { header: 'file', cell: (one) => one.file },
    { header: 'size', cell: (one) => formatBytes(one.bytes) },
    { header: 'files', cell: (one) => one.files },
    { header: 'nodes', cell: (one) => `${one.nodesAnswered} of ${one.nodes}` },
  ]);
  for (const { what, code, message } of bag.missing) session.note(`missing: ${what}: ${message} (${code})`);
  return bag.missing.length === 0 ? EXIT.ok : EXIT.partial;
}

async function collectCluster(session: Session, mesh: FlowMesh, bag: Bag): Promise<void> {
  const { cluster } = mesh;
  const options = session.callOptions;
  const parts: Readonly<Record<string, () => Promise<unknown>>> = {
    'status.json': () => cluster.status(options),
    'health.json': () => cluster.health({ explain: true, ...options }),
    'nodes.json': () => cluster.nodes.list({ includeGone: true, ...options }),
    'partitions.json': async () => {
      const rows = [];
      for await (const row of cluster.partitions.list(options)) {
        if (rows.push(row) >= PARTITIONS_MAX) break;
      }
      return rows;
    },
    'config.json': () => cluster.config.get('cluster', options),
    'rebalance.json': () => cluster.rebalance.status(options),
    'join-tokens.json': () => cluster.tokens.list(options),
    'users.json': () => cluster.users.list(options),
    'audit.json': () => cluster.audit({ limit: 1_000, ...options }),
  };
  for (const [name, look] of Object.entries(parts)) {
    try {
      bag.add(`cluster/${name}`, jsonBytes(await look()));
    } catch (error) {
      if (!(error instanceof FlowError) || error.code === 'CANCELLED') throw error;
      bag.missing.push({ what: `cluster/${name}`, code: error.code, message: error.message });
    }
  }
}

/** Files within the limit, masked; and what is not there. */
class Bag {
  readonly files: TarFile[] = [];
  readonly missing: Missing[] = [];
  private bytes = 0;

  add(name: string, content: Uint8Array): void {
    if (this.bytes + content.length > BUNDLE_BYTES_MAX) {
      this.missing.push({ what: name, code: 'BATCH_TOO_LARGE', message: 'the bundle is full' });
      return;
    }
    this.bytes += content.length;
    const text = Buffer.from(content).toString('utf8');
    this.files.push({ name, content: Buffer.from(maskSecrets(text)) });
  }
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** A file name that stays where it is put. */
function safeName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^\.+/, '_');
  return safe === '' ? '_' : safe.slice(0, 80);
}
