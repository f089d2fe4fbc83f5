import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import type { CliEnvironment } from '../src/environment.ts';
import { newProgram, runProgram } from '../src/program.ts';
import { addStartCommand } from '../src/start-command.ts';
import { run, TempDir } from './support/run.ts';

describe('flowmesh start', () => {
  it('hands the flags of a node to its program as they are, and takes over its exit code', async () => {
    using dir = new TempDir();
    const main = dir.join('main.js');
    const seen = dir.join('seen.json');
    writeFileSync(
      main,
      'require("node:fs").writeFileSync(process.env.SEEN, JSON.stringify(process.argv.slice(2))); process.exit(6);',
    );
    const flags = [
      '--config=node.yaml',
      '--advertise',
      '10.0.0.5',
      '--bootstrap-expect',
      '3',
      '--join-token',
      'fmjt_00_x',
      '--seed',
      'a:1',
      '--seed',
      'b:2',
      '--set',
      'log.level=debug',
      '--insecure',
    ];
    const program = (environment: CliEnvironment, argv: readonly string[]): Promise<number> =>
      runProgram(environment, argv, (context) => {
        const root = newProgram('flowmesh', 'test', context);
        addStartCommand(root, context, () => main);
        return root;
      });
    const variables = { SEEN: seen, PATH: process.env['PATH'] ?? '' };
    expect(await run(['start', ...flags], { program, variables })).toMatchObject({ code: 6 });
    expect(JSON.parse(readFileSync(seen, 'utf8'))).toEqual(flags);
  });
});
