/**
 * `flowmesh-admin self-test`: does the cluster do what it promises, right now? Writes through every node, reads back, changes a
 * leader, and takes its stream away again, also when it fails or is interrupted. Exit code 10 when a step fails.
 */
import type { Command } from 'commander';
import { durationOption } from '../command-options.ts';
import { EXIT } from '../exit-codes.ts';
import { type Column, isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';
import { type SelfTestOptions, type StepResult, SelfTest } from './self-test.ts';

const STEPS: readonly Column<StepResult>[] = [
  { header: 'step', cell: (row) => row.step },
  { header: 'result', cell: (row) => (row.ok ? 'ok' : 'FAILED') },
  { header: 'time', cell: (row) => `${row.durationMs} ms` },
  {
    header: 'detail',
    cell: (row) => (row.error === undefined ? row.detail : `${row.error.message} (${row.error.code})`),
  },
];

export function addSelfTestCommand(program: Command, context: ProgramContext): void {
  const command = program
    .command('self-test')
    .description('write, read back and change a leader on a temporary stream (exit code 10 if a step fails)')
    .option(
      '--records <n>',
      'records for every node',
      wholeOption('--records', { min: 1, max: 100_000 }),
      100,
    )
    .option('--latency-limit <duration>', 'the slowest acknowledgement that is well', durationOption, 1_000);
  handle<SelfTestOptions>(command, context, (session, options) =>
    session.withMesh(async (mesh) => {
      const test = new SelfTest(session, mesh, options);
      const result = await test.run();
      if (isStructured(session.style().format)) await session.one(result, []);
      else {
        await session.list(result.steps, STEPS);
        for (const step of result.steps) {
          if (step.error?.hint !== undefined) session.note(`hint:  ${step.step}: ${step.error.hint}`);
        }
      }
      if (result.interrupted) return EXIT.interrupted;
      return result.ok ? EXIT.ok : EXIT.unhealthy;
    }),
  );
}
