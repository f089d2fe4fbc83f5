import { describe, expect, test } from 'vitest';
import { parseScenario, sameOutput } from './datadriven.ts';
import { scenarioFiles } from './files.ts';
import { runCommand } from './interaction-commands.ts';
import { InteractionEnv } from './interaction-env.ts';

const files = scenarioFiles('testdata');

describe.skipIf(files === undefined)('interaction scenarios of etcd-io/raft', () => {
  test.each(files ?? [])('$name is reproduced word for word', ({ name, text }) => {
    const env = new InteractionEnv();
    const commands = parseScenario(text);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const actual = runCommand(env, command);
      if (!sameOutput(actual, command.expected)) {
        expect(actual.trimEnd(), `${name}:${command.line} ${command.name}`).toBe(command.expected);
      }
    }
  });
});
