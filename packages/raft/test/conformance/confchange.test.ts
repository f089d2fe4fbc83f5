import { describe, expect, test } from 'vitest';
import { type ChangeOutcome, enterJoint, leaveJoint, simpleChange } from '../../src/confchange/changer.ts';
import { Tracker } from '../../src/tracker/tracker.ts';
import { parseScenario, type ScenarioCommand, sameOutput } from './datadriven.ts';
import { scenarioFiles } from './files.ts';
import { describeConf, describeProgress } from './format.ts';
import { parseChanges } from './interaction-commands.ts';

const files = scenarioFiles('confchange/testdata');

const FAULTS = {
  'already-joint': 'config is already joint',
  'no-voters-to-join': "can't make a zero-voter config joint",
  'not-joint': "can't leave a non-joint config",
  'simple-in-joint': "can't apply simple config change in joint config",
  'removed-all-voters': 'removed all voters',
  'more-than-one-voter': 'more than one voter changed without entering joint config',
} as const;

function outcomeOf(tracker: Tracker, { name, args, input }: ScenarioCommand): ChangeOutcome {
  const changes = parseChanges(input);
  switch (name) {
    case 'simple':
      return simpleChange(tracker.conf, changes);
    case 'enter-joint':
      return enterJoint(tracker.conf, args[0]?.values[0] === 'true', changes);
    case 'leave-joint':
      return leaveJoint(tracker.conf);
    default:
      throw new Error(`unknown command ${name}`);
  }
}

describe.skipIf(files === undefined)('membership scenarios of etcd-io/raft', () => {
  test.each(files ?? [])('$name is reproduced word for word', ({ name, text }) => {
    const tracker = new Tracker({ inflightMessagesMax: 10, inflightBytesMax: Number.POSITIVE_INFINITY });
    let lastIndex = 0;
    for (const command of parseScenario(text)) {
      const outcome = outcomeOf(tracker, command);
      let actual: string;
      if (outcome.ok) {
        tracker.install(outcome.conf, lastIndex, outcome.fresh);
        const lines = tracker.members.map(
          (progress) => `${progress.member}: ${describeProgress(progress.view())}`,
        );
        actual = [describeConf(outcome.conf), ...lines].join('\n');
      } else {
        actual = FAULTS[outcome.fault];
      }
      if (!sameOutput(actual, command.expected)) {
        expect(actual, `${name}:${command.line}`).toBe(command.expected);
      }
      lastIndex++;
    }
    expect(lastIndex).toBeGreaterThan(0);
  });
});
