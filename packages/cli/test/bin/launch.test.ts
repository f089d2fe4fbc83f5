import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const bin = path.resolve(import.meta.dirname, '..', '..', 'src', 'bin', 'flowmesh.js');

function versionOf(binary: string): number {
  if (!existsSync(binary)) return 0;
  return Number.parseInt(spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.slice(1), 10);
}

const oldNode = ['/usr/bin/node', '/usr/local/bin/node', '/opt/node20/bin/node'].find((binary) => {
  const version = versionOf(binary);
  return version >= 14 && version < 24;
});

describe('the launcher', () => {
  it('runs the program and passes its exit code on', () => {
    const good = spawnSync(process.execPath, [bin, '--help'], { encoding: 'utf8' });
    expect(good.status).toBe(0);
    expect(good.stdout).toContain('Usage: flowmesh');
    expect(spawnSync(process.execPath, [bin, 'no-such-command']).status).toBe(2);
  });

  it('says its version', () => {
    const said = spawnSync(process.execPath, [bin, '--version'], { encoding: 'utf8' });
    expect(said.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(said.status).toBe(0);
  });

  it.skipIf(oldNode === undefined)(
    'hands over to the Node that the repository brings when started by an old one',
    () => {
      const handed = spawnSync(oldNode as string, [bin, 'stream', '--help'], { encoding: 'utf8' });
      expect(handed.stdout).toContain('Usage: flowmesh stream');
      expect(handed.status).toBe(0);
      expect(spawnSync(oldNode as string, [bin, 'no-such-command']).status).toBe(2);
    },
  );

  it.skipIf(oldNode === undefined)('says what to do where there is only an old Node', () => {
    const refused = spawnSync(oldNode as string, [bin, 'dev', '--nodes', '3'], {
      encoding: 'utf8',
      env: { FLOWMESH_NO_NODE_SEARCH: '1' },
    });
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('needs Node 24');
    expect(refused.stderr).toContain('npm exec flowmesh -- dev --nodes 3');
  });
});
