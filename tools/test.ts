/**
 * `npm test`: the static checks, then every test. Arguments go to vitest (then the static checks are left out). Says how many
 * were skipped, and ends with one line, `N passed, N failed`, in which each static check counts as a test.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run, STATIC_STEPS } from './check.ts';

const root = path.resolve(import.meta.dirname, '..');
const bin = path.join(root, 'node_modules', '.bin');

interface Summary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: ReadonlyArray<{
    readonly status: string;
    readonly assertionResults: readonly unknown[];
  }>;
}

/** Hundreds of nodes are started: what one has compiled the next ones read from `folder`. */
function vitest(args: readonly string[], reportFile: string, folder: string): Promise<number> {
  const child = spawn(
    path.join(bin, 'vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...args],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`,
        NODE_COMPILE_CACHE: path.join(folder, 'compiled'),
      },
    },
  );
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  if (args.length === 0) {
    for (const step of STATIC_STEPS) {
      if (run(step)) passed++;
      else failed++;
    }
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-test-'));
  try {
    const reportFile = path.join(folder, 'report.json');
    const code = await vitest(args, reportFile, folder);
    const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Summary;
    passed += report.numPassedTests;
    failed += report.numFailedTests;
    skipped += report.numPendingTests + report.numTodoTests;
    // A file that does not even load has no failed test in it.
    failed += report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
    if (code !== 0 && failed === 0) failed++;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${skipped} skipped`);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
