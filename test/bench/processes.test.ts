/** What a peer's cluster is made of ends with it, also what its processes have started, and whatever ends the program. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ProcessGroup } from '../../bench/peers/processes.ts';
import { until } from '../../packages/client/test/support/conditions.ts';

const NEVER = new AbortController().signal;
/** Says its child's process id on a line, and waits with it. */
const PARENT = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  require('node:fs').writeFileSync('child', String(child.pid));
  setInterval(() => {}, 1000);`;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function childOf(folder: string): Promise<number> {
  const { readFileSync } = await import('node:fs');
  return Number(readFileSync(path.join(folder, 'child'), 'utf8'));
}

it('a group that is disposed of leaves neither processes nor its folder', async () => {
  const group = new ProcessGroup('test');
  group.start('parent', [process.execPath, '-e', PARENT]);
  await group.until('the child runs', async () => (await childOf(group.folder)) > 0, NEVER);
  const child = await childOf(group.folder);
  await group[Symbol.asyncDispose]();
  await until(() => !alive(child), 'the child is gone');
  expect(existsSync(group.folder)).toBe(false);
});

it('a process that ends is told with the end of its log, instead of being waited for', async () => {
  await using group = new ProcessGroup('test');
  group.start('server', [process.execPath, '-e', 'console.error("no such option"); process.exit(3)']);
  await expect(group.until('it listens', async () => false, NEVER)).rejects.toThrow(
    /server ended \(3\): no such option/,
  );
});

it('a program that does not exist is told', async () => {
  await using group = new ProcessGroup('test');
  group.start('server', ['/nonexistent/program']);
  await expect(group.until('it listens', async () => false, NEVER)).rejects.toThrow(/server ended .*ENOENT/);
});

it('a program that ends without disposing of its group leaves nothing either', async () => {
  const script = `
    import { ProcessGroup } from ${JSON.stringify(path.join(import.meta.dirname, '../../bench/peers/processes.ts'))};
    import { readFileSync } from 'node:fs';
    const group = new ProcessGroup('test');
    group.start('parent', [process.execPath, '-e', ${JSON.stringify(PARENT)}]);
    await group.until('the child runs', async () => Number(readFileSync(group.folder + '/child')) > 0, new AbortController().signal);
    console.log(JSON.stringify({ folder: group.folder, child: Number(readFileSync(group.folder + '/child')) }));
    process.exit(1);`;
  const program = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
  let told = '';
  program.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
  await once(program, 'close');
  const { folder, child } = JSON.parse(told) as { readonly folder: string; readonly child: number };
  await until(() => !alive(child), 'the child is gone');
  expect(existsSync(folder)).toBe(false);
});

it('a process that is killed is no failure, and runs again with the same command', async () => {
  await using group = new ProcessGroup('test');
  group.start('parent', [process.execPath, '-e', PARENT]);
  await group.until('it runs', async () => (await childOf(group.folder)) > 0, NEVER);
  const first = await childOf(group.folder);
  const nodes = group.nodes(['parent']);
  nodes.kill(0);
  await nodes.restart(0);
  const again = async (): Promise<boolean> => {
    const child = await childOf(group.folder);
    return child > 0 && child !== first;
  };
  await group.until('it runs again', again, NEVER);
  await until(() => !alive(first), 'the first child is gone');
});
