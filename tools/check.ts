/**
 * `npm run check`: what must hold before a commit, in under a minute: format, types (pure packages without Node's), type-aware lint,
 * unused code, unit and tidy tests. Prints each step's time; exits 1 if one fails.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

export const STATIC_STEPS: readonly Step[] = [
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'types of pure packages', command: ['tsc', '-p', 'tsconfig.pure.json'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'unused code', command: ['knip'] },
];

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

export function run(step: Step): boolean {
  const started = performance.now();
  const [program, ...args] = step.command;
  const result = spawnSync(path.join(root, 'node_modules', '.bin', program as string), args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
    },
  });
  const ok = result.status === 0;
  console.log(
    `${ok ? 'ok  ' : 'FAIL'} ${step.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
  if (!ok) console.log(`${result.stdout}${result.stderr}`);
  return ok;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const unit: Step = { name: 'unit and tidy tests', command: ['vitest', 'run', '--project', 'unit'] };
  const failed = [...STATIC_STEPS, unit].filter((step) => !run(step));
  process.exitCode = failed.length === 0 ? 0 : 1;
}
