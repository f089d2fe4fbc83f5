/** Nodes of a harness do not outlive it, even where it is killed and cannot stop them. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { until } from './harness/cluster.ts';

const HOLDER = fileURLToPath(new URL('./harness/cluster-holder.ts', import.meta.url));

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('a node ends when whoever started it is killed', async () => {
  const holder = fork(HOLDER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const [{ pid, folder }] = (await once(holder, 'message')) as [{ pid: number; folder: string }];
    try {
      expect(isThere(pid)).toBe(true);
      holder.kill('SIGKILL');
      await until(
        () => !isThere(pid),
        60_000,
        () => `node ${pid} runs without its harness`,
      );
    } finally {
      if (isThere(pid)) process.kill(pid, 'SIGKILL');
      if (existsSync(folder)) rmSync(folder, { recursive: true });
    }
  } finally {
    holder.kill('SIGKILL');
  }
});
