import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { FlowError } from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { maskSecrets } from '../../src/admin/mask-secrets.ts';
import { tarArchive } from '../../src/admin/tar-writer.ts';
import { AdminWorld } from '../support/admin.ts';
import { TempDir } from '../support/run.ts';

let world: AdminWorld;

beforeEach(async () => {
  world = await AdminWorld.start();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

/** Names and contents of a ustar archive, checksums checked. */
function untar(archive: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const text = (from: number, to: number): string =>
    archive.subarray(from, to).toString('utf8').replace(/\0.*$/s, '');
  for (let at = 0; archive[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, at + 136), 8);
    const header = Buffer.from(archive.subarray(at, at + 512)).fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    expect(Number.parseInt(text(at + 148, at + 156), 8)).toBe(sum);
    const prefix = text(at + 345, at + 500);
    const name = `${prefix === '' ? '' : `${prefix}/`}${text(at, at + 100)}`;
    files.set(name, archive.subarray(at + 512, at + 512 + size).toString('utf8'));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

describe('flowmesh-admin bundle', () => {
  it('gathers the cluster and every node into one archive of its owner', async () => {
    using dir = new TempDir();
    const file = dir.join('b.tar.gz');
    const scram = { storedKey: Buffer.from('stored'), serverKey: Buffer.from('server') };
    const credentials = [{ mechanism: 'SCRAM-SHA-256', iterations: 8_192, ...scram }];
    world.cluster.admin.users.set('ada', { name: 'ada', enabled: true, roles: ['consumer'], credentials });
    const report = await world.json(['bundle', '-f', file, '--log-lines', '7']);
    expect(report).toEqual({
      file,
      bytes: statSync(file).size,
      files: 16,
      nodes: 3,
      nodesAnswered: 3,
      missing: [],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const files = untar(gunzipSync(readFileSync(file)));
    expect(files.get('flowmesh-bundle/nodes/2/log.jsonl')).toBe('7 lines\n');
    expect(JSON.parse(files.get('flowmesh-bundle/cluster/status.json') ?? '')).toMatchObject({
      clusterId: 'fake',
    });
    const users = files.get('flowmesh-bundle/cluster/users.json') ?? '';
    expect(JSON.parse(users)).toMatchObject([{ name: 'ada', enabled: true, roles: ['consumer'] }]);
    expect(users).not.toMatch(/key/i);
    expect(JSON.parse(files.get('flowmesh-bundle/manifest.json') ?? '')).toMatchObject({
      nodes: 3,
      missing: [],
    });
  });

  it('is there with what answered, names what is missing, and exits with 8', async () => {
    using dir = new TempDir();
    world.cluster.kill(2);
    world.cluster.admin.fail.set('getRebalance', new FlowError('UNSUPPORTED', 'not here'));
    const outcome = await world.admin(['bundle', '-o', 'json'], { cwd: dir.path });
    expect(outcome.code).toBe(8);
    const report = JSON.parse(outcome.stdout) as { file: string };
    expect(report).toMatchObject({
      nodes: 3,
      nodesAnswered: 2,
      missing: [
        { what: 'cluster/rebalance.json', code: 'UNSUPPORTED', message: 'not here' },
        { what: 'node 2', code: 'UNAVAILABLE' },
      ],
    });
    expect(report.file).toMatch(/flowmesh-bundle-fake-[0-9TZ-]+\.tar\.gz$/);
    const files = untar(gunzipSync(readFileSync(report.file)));
    expect([...files.keys()].filter((name) => name.includes('/nodes/2/'))).toEqual([]);
    expect(files.get('flowmesh-bundle/manifest.json')).toContain('node 2');
  });
});

describe('masking', () => {
  it('hides tokens, passwords and keys, and leaves the rest', () => {
    expect(maskSecrets('joined with fmjt_00ff_AbC-_9 today')).toBe('joined with fmjt_00ff_*** today');
    expect(maskSecrets('came with fmat_AbC-_9.')).toBe('came with fmat_***.');
    expect(maskSecrets('{"joinToken":"x\\"y","port":1}')).toBe('{"joinToken":"***","port":1}');
    expect(maskSecrets('tls.keyPassword: hunter2\nname: a')).toBe('tls.keyPassword: ***\nname: a');
    expect(maskSecrets('"join.token.required":"true"')).toBe('"join.token.required":"true"');
    expect(maskSecrets('"joinTokens": []')).toBe('"joinTokens": []');
  });
});

describe('the tar writer', () => {
  it('splits long names at a slash and refuses those that have none', () => {
    const long = `${'d'.repeat(60)}/${'e'.repeat(60)}/${'f'.repeat(60)}`;
    const files = untar(tarArchive([{ name: long, content: Buffer.from('x'.repeat(513)) }], 1_000));
    expect(files.get(long)).toHaveLength(513);
    expect(() => tarArchive([{ name: 'n'.repeat(101), content: Buffer.alloc(0) }], 0)).toThrow(FlowError);
  });
});
