import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SeededRandom } from '@flowmesh/base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/e2e/harness/cluster.ts';
import { type Preload, preloadFor } from '../../cluster/preload.ts';
import { needsCompiler } from '../../nemeses/nemesis.ts';

let folder: string;
let data: string;
let preload: Preload;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'flowmesh-preload-')));
  data = path.join(folder, 'data');
  mkdirSync(data);
  const made = preloadFor(folder, folder, data);
  if (made === undefined) throw new Error('there is a C compiler, and yet no library');
  preload = made;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the program until it has said something, and leaves it to `then`, after which it is killed. */
async function during<T>(program: string, then: (said: string) => T | Promise<T>): Promise<T> {
  const child = spawn(process.execPath, ['-e', program], {
    env: { ...process.env, ...preload.env, DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    const said = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString()));
      child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    });
    return await then(said);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}

const STAY = "console.log('written'); setInterval(() => undefined, 1000);";

/** A generator of which nothing that was not synced stays. */
const nothingStays = { unit: () => 0, below: () => 0 };

describe.skipIf(needsCompiler() !== undefined)('a power cut', () => {
  it('takes away what was appended after the last sync', async () => {
    const file = path.join(data, 'log');
    await during(
      `const fs = require('fs'); const f = fs.openSync(process.env.DATA + '/log', 'a');
       fs.writeSync(f, 'synced'); fs.fdatasyncSync(f); fs.writeSync(f, ' and lost'); ${STAY}`,
      () => expect(readFileSync(file, 'utf8')).toBe('synced and lost'),
    );
    expect(preload.unsynced.cutPower(nothingStays)).toEqual({ files: 1, lostBytes: 9 });
    expect(readFileSync(file, 'utf8')).toBe('synced');
  });

  it('puts back what was overwritten after the last sync', async () => {
    await during(
      `const fs = require('fs'); const f = fs.openSync(process.env.DATA + '/slots', 'w+');
       fs.writeSync(f, 'aaaa'); fs.fsyncSync(f); fs.writeSync(f, 'bb', 1); fs.fsyncSync(f);
       fs.writeSync(f, 'cc', 0); fs.writeSync(f, 'd', 1); ${STAY}`,
      () => undefined,
    );
    preload.unsynced.cutPower(nothingStays);
    expect(readFileSync(path.join(data, 'slots'), 'utf8')).toBe('abba');
  });

  it('leaves files alone that are synced, also under another name', async () => {
    await during(
      `const fs = require('fs'); const f = fs.openSync(process.env.DATA + '/new', 'w');
       fs.writeSync(f, 'whole'); fs.fsyncSync(f); fs.renameSync(process.env.DATA + '/new', process.env.DATA + '/kept'); ${STAY}`,
      () => undefined,
    );
    expect(preload.unsynced.cutPower(nothingStays)).toEqual({ files: 0, lostBytes: 0 });
    expect(readFileSync(path.join(data, 'kept'), 'utf8')).toBe('whole');
  });

  it('may keep some of what was not synced, the same with the same seed', async () => {
    await during(
      `const fs = require('fs'); const f = fs.openSync(process.env.DATA + '/log', 'w');
       fs.writeSync(f, 'x'.repeat(1000)); ${STAY}`,
      () => undefined,
    );
    const { lostBytes } = preload.unsynced.cutPower(new SeededRandom(2));
    expect(readFileSync(path.join(data, 'log')).length).toBe(1_000 - lostBytes);
  });
});

describe.skipIf(needsCompiler() !== undefined)('a signal', () => {
  it('is handled whenever it comes, also while a file is written', async () => {
    // Node's own handler writes to a pipe, from within whatever call the signal has interrupted.
    const program = `const fs = require('fs'); const f = fs.openSync(process.env.DATA + '/log', 'w'); let handled = 0;
       process.on('SIGUSR2', () => { handled++; });
       const turn = () => {
         for (let i = 0; i < 200; i++) fs.writeSync(f, 'x', 0);
         console.log(handled);
         setImmediate(turn);
       };
       turn();`;
    const child = spawn(process.execPath, ['-e', program], {
      env: { ...process.env, ...preload.env, DATA: data },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    try {
      let said = '';
      child.stdout.on('data', (bytes: Buffer) => {
        said = bytes.toString();
        child.kill('SIGUSR2');
      });
      await until(
        () => Number(said.trim().split('\n').at(-1)) >= 500,
        60_000,
        () => `it stands still after ${said.trim().split('\n').at(-1)} signals`,
      );
    } finally {
      child.kill('SIGKILL');
      await gone;
    }
  });
});

describe.skipIf(needsCompiler() !== undefined)('a wall clock', () => {
  it('jumps for one process, and its monotonic clock goes on', async () => {
    const hourMs = 3_600_000;
    preload.clock.set(-hourMs);
    await during(
      'const before = performance.now(); console.log(Date.now(), performance.now() - before); setInterval(() => undefined, 1000);',
      (said) => {
        const [wallMs, elapsedMs] = said.split(' ').map(Number) as [number, number];
        expect(Math.abs(Date.now() - hourMs - wallMs)).toBeLessThan(60_000);
        expect(elapsedMs).toBeGreaterThanOrEqual(0);
      },
    );
  });
});
