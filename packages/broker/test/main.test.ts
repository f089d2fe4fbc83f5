import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePorts, until } from './node-kit.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Line {
  readonly level: string;
  readonly msg: string;
  readonly err?: { readonly code?: string; readonly message: string; readonly hint?: string };
}

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'flowmesh-main-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
  }
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  children.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const lines = () =>
    out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  return { child, exit, lines, stderr: () => err };
}

async function singleNode(): Promise<string> {
  const [peer, grpc, http] = await freePorts(3);
  const self = {
    id: 1,
    peerAddress: `127.0.0.1:${peer}`,
    grpcAddress: `127.0.0.1:${grpc}`,
    httpAddress: `127.0.0.1:${http}`,
  };
  const file = path.join(folder, 'node.yaml');
  const tree = {
    node: { initialId: 1, dataDir: path.join(folder, 'data') },
    cluster: { id: 'main', initialMembers: [self] },
    listeners: { peer: { port: peer }, grpc: { port: grpc }, http: { port: http } },
  };
  writeFileSync(file, JSON.stringify(tree));
  return file;
}

test('a wrong configuration ends with code 2 and one line that names path and hint', async () => {
  const file = path.join(folder, 'node.yaml');
  writeFileSync(file, 'cluster: { id: x, sedes: [] }\n');
  const node = run(['--config', file]);
  expect(await node.exit).toBe(2);
  expect(node.lines()).toHaveLength(1);
  expect(node.lines()[0]).toMatchObject({ level: 'fatal', err: { code: 'CONFIG_INVALID' } });
  expect(node.lines()[0]?.err?.hint).toContain('seeds');
});

test('an unknown flag ends with code 2', async () => {
  expect(await run(['--no-such-flag']).exit).toBe(2);
});

test('SIGTERM stops gracefully with code 0, and standard output carries logs alone', async () => {
  const node = run(['--config', await singleNode(), '--set', 'log.level=debug']);
  await until(
    'the node',
    () => node.lines().some((line) => line.msg === 'node is ready') || undefined,
    40_000,
  );
  node.child.kill('SIGTERM');
  expect(await node.exit).toBe(0);
  expect(node.lines().at(-1)?.msg).toBe('node has stopped');
  expect(node.stderr()).toBe('');
});

test('a second process on the same directory is refused, and the first goes on', async () => {
  const file = await singleNode();
  const first = run(['--config', file]);
  await until(
    'the node',
    () => first.lines().some((line) => line.msg === 'node is ready') || undefined,
    40_000,
  );
  const ports = await freePorts(3);
  const set = ['peer', 'grpc', 'http'].flatMap((name, i) => ['--set', `listeners.${name}.port=${ports[i]}`]);
  const second = run(['--config', file, ...set]);
  expect(await second.exit).toBe(6);
  expect(second.lines().at(-1)).toMatchObject({ msg: 'node could not start', err: { code: 'UNAVAILABLE' } });
  expect(first.child.exitCode).toBeNull();
});
