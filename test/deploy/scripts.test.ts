/** The image's shell scripts and health check, run by the shell that the image has (dash or another POSIX sh), with fakes on the PATH. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const scripts = path.resolve(import.meta.dirname, '..', '..', 'deploy', 'scripts');
const run = promisify(execFile);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-deploy-'));
  mkdirSync(path.join(folder, 'bin'));
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'node.yaml'), 'node: {}\n');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program on the PATH that writes its name and arguments down, then does `body`. */
function fake(name: string, body = ''): void {
  const file = path.join(folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\necho ${name} "$@" >>'${folder}/calls'\n${body}\n`);
  chmodSync(file, 0o755);
}

function calls(): readonly string[] {
  try {
    return readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}

function sh(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync('sh', [path.join(scripts, script), ...args], {
    encoding: 'utf8',
    env: { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, ...env },
  });
  return { code: status, stdout, stderr };
}

describe('the entrypoint', () => {
  const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    fake('node');
    fake('id', 'case "$1" in -u) echo "${FAKE_UID:-10001}" ;; -g) echo 10001 ;; esac');
    return sh('entrypoint.sh', args, {
      FLOWMESH_HOME: '/opt/flowmesh',
      FLOWMESH_NODE__DATA_DIR: path.join(folder, 'data'),
      FLOWMESH_CONFIG: path.join(folder, 'node.yaml'),
      ...env,
    });
  };
  const node = () => calls().filter((call) => call.startsWith('node '));

  it('becomes the node where nothing is asked for', () => {
    expect(start([])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(node()).toEqual(['node /opt/flowmesh/packages/broker/src/main.ts']);
  });

  it('passes flags to the node, with and without the word start', () => {
    start(['--log-level', 'debug']);
    start(['start', '--set', 'log.level=debug']);
    expect(node()).toEqual([
      'node /opt/flowmesh/packages/broker/src/main.ts --log-level debug',
      'node /opt/flowmesh/packages/broker/src/main.ts --set log.level=debug',
    ]);
  });

  it('runs another command as it is, with its exit code', () => {
    fake('flowmesh-admin', 'exit 10');
    expect(start(['flowmesh-admin', 'cluster', 'status']).code).toBe(10);
    expect(node()).toEqual([]);
    expect(calls()).toContain('flowmesh-admin cluster status');
  });

  it('says what there is where the command does not exist', () => {
    const { code, stderr } = start(['strat']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no command strat in this image');
    expect(stderr).toContain('hint:');
    expect(node()).toEqual([]);
  });

  it.each([
    ['by the environment', [], { FLOWMESH_CONFIG: '/nowhere/node.yaml' }],
    ['by a flag', ['--config', '/nowhere/node.yaml'], {}],
    ['by a flag in one word', ['--config=/nowhere/node.yaml'], {}],
  ])('refuses a configuration file that is not there, named %s', (_, args, env) => {
    const { code, stderr } = start(args, env as Readonly<Record<string, string>>);
    expect(code).toBe(2);
    expect(stderr).toContain('/nowhere/node.yaml is not there');
    expect(node()).toEqual([]);
  });

  it('needs no configuration file', () => {
    expect(start([], { FLOWMESH_CONFIG: '' }).code).toBe(0);
    expect(node()).toHaveLength(1);
  });

  it('says how to give a data directory of somebody else to the node', () => {
    // Root may write anywhere: `test -w` of the shell is what is faked.
    const script = readFileSync(path.join(scripts, 'entrypoint.sh'), 'utf8');
    const changed = script.replace('[ ! -w "$data_dir" ]', '[ -n "$data_dir" ]');
    expect(changed).not.toBe(script);
    fake('node');
    const file = path.join(folder, 'entrypoint.sh');
    writeFileSync(file, changed);
    const attempt = (env: Readonly<Record<string, string>>) =>
      spawnSync('sh', [file], {
        encoding: 'utf8',
        env: {
          PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`,
          FLOWMESH_NODE__DATA_DIR: path.join(folder, 'data'),
          ...env,
        },
      });
    const { status, stderr } = attempt({});
    expect(status).toBe(2);
    expect(stderr).toContain(`the data directory ${path.join(folder, 'data')} belongs to somebody else`);
    expect(stderr).toContain('chown -R');
    expect(attempt({ FLOWMESH_NODE__MEMORY: 'true' }).status).toBe(0);
  });

  it('warns of running as root, and starts', () => {
    const { code, stderr } = start([], { FAKE_UID: '0' });
    expect(code).toBe(0);
    expect(stderr).toContain('runs as root');
    expect(node()).toHaveLength(1);
  });
});

describe('preStop', () => {
  const stop = (env: Readonly<Record<string, string>>) => {
    const log = path.join(folder, 'log');
    writeFileSync(log, '');
    const result = sh('prestop.sh', [], { FLOWMESH_PRESTOP_LOG: log, ...env });
    return { code: result.code, log: readFileSync(log, 'utf8') };
  };

  it('waits as long as it is told, and leaves the rest to SIGTERM', () => {
    fake('sleep');
    fake('flowmesh-admin');
    expect(stop({ FLOWMESH_PRESTOP_WAIT_S: '7' })).toEqual({ code: 0, log: '' });
    expect(calls()).toEqual(['sleep 7']);
  });

  it('drains this node through its own listener where it is asked to', () => {
    fake('flowmesh-admin');
    const { code, log } = stop({ FLOWMESH_PRESTOP: 'drain', FLOWMESH_LISTENERS__GRPC__PORT: '60051' });
    expect(code).toBe(0);
    expect(log).toContain('node drained');
    expect(calls()).toEqual(['flowmesh-admin nodes drain --self --yes --wait --url 127.0.0.1:60051']);
  });

  it('does not keep the pod where the drain fails', () => {
    fake('flowmesh-admin', 'exit 5');
    const { code, log } = stop({ FLOWMESH_PRESTOP: 'drain' });
    expect(code).toBe(0);
    expect(log).toContain('"level":"warn"');
    expect(log).toContain('hands over on SIGTERM');
  });

  it('ends a drain that hangs at its deadline', () => {
    // A named pipe without a writer: opening it never ends.
    fake('flowmesh-admin', `mkfifo '${folder}/never'; read -r _ <'${folder}/never'`);
    const { code, log } = stop({ FLOWMESH_PRESTOP: 'drain', FLOWMESH_PRESTOP_DEADLINE_S: '1' });
    expect(code).toBe(0);
    expect(log).toContain('failed or took too long');
  });

  it('does not need flowmesh-admin', () => {
    const { code, log } = stop({ FLOWMESH_PRESTOP: 'drain' });
    expect(code).toBe(0);
    expect(log).toContain('flowmesh-admin is not there');
  });

  it.each([
    ['an unknown mode', { FLOWMESH_PRESTOP: 'maybe' }],
    ['a wait that is no number', { FLOWMESH_PRESTOP_WAIT_S: 'long' }],
    ['a log that cannot be written', { FLOWMESH_PRESTOP: 'maybe', FLOWMESH_PRESTOP_LOG: '/nowhere/log' }],
  ])('ends well with %s', (_, env) => {
    expect(stop(env as unknown as Readonly<Record<string, string>>).code).toBe(0);
  });

  it('does nothing where it is off', () => {
    fake('sleep');
    expect(stop({ FLOWMESH_PRESTOP: 'off' })).toEqual({ code: 0, log: '' });
    expect(calls()).toEqual([]);
  });
});

describe('the health check', () => {
  const check = async (port: number, args: readonly string[] = []) => {
    try {
      await run(process.execPath, [path.join(scripts, 'healthcheck.js'), ...args], {
        env: { FLOWMESH_LISTENERS__HTTP__PORT: String(port) },
      });
      return { code: 0, stderr: '' };
    } catch (error) {
      const { code, stderr } = error as { readonly code: number; readonly stderr: string };
      return { code, stderr };
    }
  };

  it('passes with the status of the path it asks for, and says what failed', async () => {
    const server = http.createServer((request, response) => {
      response.writeHead(request.url === '/livez' ? 200 : 503);
      response.end('quorum: 1 of 3 voters');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await check(port)).toEqual({ code: 0, stderr: '' });
    const unready = await check(port, ['/readyz']);
    expect(unready.code).toBe(1);
    expect(unready.stderr).toContain('503 quorum: 1 of 3 voters');
    await new Promise((resolve) => server.close(resolve));
    expect((await check(port)).code).toBe(1);
  });
});
