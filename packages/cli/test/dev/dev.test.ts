import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../../client/test/support/conditions.ts';
import type { EndpointsFile } from '../../src/connection/endpoints.ts';
import { addDevCommand } from '../../src/dev/command.ts';
import { makePlan, portsOf } from '../../src/dev/plan.ts';
import type { CliEnvironment } from '../../src/environment.ts';
import { newProgram, runProgram } from '../../src/program.ts';
import { type Outcome, run, TempDir } from '../support/run.ts';

const fakeNode = path.join(import.meta.dirname, '..', 'support', 'fake-node.js');

/** `flowmesh` with a stand-in for the node's program. */
function program(environment: CliEnvironment, argv: readonly string[]): Promise<number> {
  return runProgram(environment, argv, (context) => {
    const root = newProgram('flowmesh', '', context);
    addDevCommand(root, context, () => fakeNode);
    return root;
  });
}

/** A port base whose ports were free a moment ago. */
/** Ports that a cluster of three may take, with room; below those that the system gives to connections. */
const PORTS = 50;

async function freePortBase(): Promise<number> {
  for (let i = 0; i < 200; i++) {
    const base = 20_000 + ((process.pid + i) % 200) * PORTS;
    if (await allFree(base)) return base;
  }
  throw new Error('no free run of ports');
}

async function allFree(base: number): Promise<boolean> {
  for (let port = base; port < base + PORTS; port++) if (!(await isFree(port))) return false;
  return true;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

class DevRun {
  readonly stop = new AbortController();
  readonly outcome: Promise<Outcome>;
  private readonly dir: TempDir;

  constructor(dir: TempDir, argv: readonly string[]) {
    this.dir = dir;
    const { PATH = '' } = process.env;
    this.outcome = run(['dev', '--data-dir', 'data', '--restart-delay', '0', ...argv], {
      cwd: dir.path,
      program,
      interrupted: this.stop.signal,
      variables: { PATH },
    });
  }

  get endpoints(): EndpointsFile | undefined {
    const file = this.dir.join('data', 'endpoints.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as EndpointsFile) : undefined;
  }

  async ready(): Promise<EndpointsFile> {
    await until(() => this.endpoints !== undefined, 'endpoints.json appears', 120_000);
    return this.endpoints as EndpointsFile;
  }

  async end(): Promise<Outcome> {
    this.stop.abort();
    return await this.outcome;
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('flowmesh dev', () => {
  it('starts nodes, tells where they are, restarts one that is killed, and stops all of them', async () => {
    using dir = new TempDir();
    const portBase = await freePortBase();
    const dev = new DevRun(dir, ['--nodes', '3', '--port-base', String(portBase)]);
    const { nodes } = await dev.ready();
    expect(nodes.map((node) => [node.id, node.grpc, node.kafka, node.http])).toEqual(
      [1, 2, 3].map((id) => {
        const ports = portsOf(portBase, id);
        return [id, `127.0.0.1:${ports.grpc}`, `127.0.0.1:${ports.kafka}`, `127.0.0.1:${ports.http}`];
      }),
    );
    const victim = nodes[1]?.pid as number;
    process.kill(victim, 'SIGKILL');
    await until(() => dev.endpoints?.nodes[1]?.pid !== victim, 'another process takes its place', 120_000);
    const pids = dev.endpoints?.nodes.map((node) => node.pid) ?? [];
    const outcome = await dev.end();
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('FlowMesh is ready');
    expect(outcome.stdout).toContain(dir.join('data'));
    expect(outcome.stderr).toContain(`node 2 (pid ${victim}) was killed (SIGKILL); starting it again`);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(dev.endpoints).toBeUndefined();
  });

  it('starts again on the same directory with what it was made with, and refuses another size', async () => {
    using dir = new TempDir();
    const first = new DevRun(dir, ['--nodes', '2', '--port-base', String(await freePortBase())]);
    const before = await first.ready();
    await first.end();
    const config = readFileSync(dir.join('data', 'node-1.yaml'), 'utf8');
    const second = new DevRun(dir, ['--no-restart']);
    const after = await second.ready();
    expect(after.nodes.map((node) => node.grpc)).toEqual(before.nodes.map((node) => node.grpc));
    expect(readFileSync(dir.join('data', 'node-1.yaml'), 'utf8')).toBe(config);
    await second.end();
    const third = await new DevRun(dir, ['--nodes', '3']).outcome;
    expect(third.code).toBe(5);
    expect(third.stderr).toContain('--nodes 2');
  });

  it('names ports that are taken and what to do', async () => {
    using dir = new TempDir();
    const portBase = await freePortBase();
    const { http } = portsOf(portBase, 1);
    const squatter = net.createServer();
    await new Promise<void>((resolve) => {
      squatter.listen(http, '127.0.0.1', resolve);
    });
    const outcome = await new DevRun(dir, ['--port-base', String(portBase)]).outcome;
    await new Promise((resolve) => squatter.close(resolve));
    expect(outcome.code).toBe(6);
    expect(outcome.stderr).toContain(`127.0.0.1:${http}`);
    expect(outcome.stderr).toContain('--port-base');
    expect(existsSync(dir.join('data'))).toBe(false);
  });

  it('tells why a node did not start, and stops the others', async () => {
    using dir = new TempDir();
    mkdirSync(dir.join('data'));
    writeFileSync(dir.join('data', 'node-2.fail'), '');
    const outcome = await new DevRun(dir, ['--nodes', '3', '--port-base', String(await freePortBase())])
      .outcome;
    expect(outcome.code).toBe(6);
    expect(outcome.stderr).toContain(
      'node 2 failed (exit code 1) while starting: node could not start: the disk is gone',
    );
    expect(outcome.stderr).toContain('hint:  Mount it.');
  });

  it('keeps ports within bounds', () => {
    const request = { nodes: 9, dataDir: '/d', memory: false, portBase: 65_490 };
    expect(() => makePlan(request, undefined)).toThrow('too high');
    expect(portsOf(50_041, 1)).toEqual({ grpc: 50_051, kafka: 50_052, http: 50_053, peer: 50_054 });
  });
});
