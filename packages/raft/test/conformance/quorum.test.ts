import { describe, expect, test } from 'vitest';
import { jointCommitted, jointVote } from '../../src/quorum/joint.ts';
import { majorityCommitted, majorityVote, type VoteResult } from '../../src/quorum/majority.ts';
import { parseScenario, type ScenarioCommand, sameOutput } from './datadriven.ts';
import { scenarioFiles } from './files.ts';

const files = scenarioFiles('quorum/testdata');

const VOTES: Readonly<Record<VoteResult, string>> = {
  won: 'VoteWon',
  pending: 'VotePending',
  lost: 'VoteLost',
};

interface QuorumCase {
  readonly incoming: readonly number[];
  readonly outgoing: readonly number[];
  readonly joint: boolean;
  /** What each voter says, for those who say anything. */
  readonly answers: ReadonlyMap<number, string>;
}

function unique(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}

function caseOf({ args }: ScenarioCommand): QuorumCase {
  const values = (key: string): readonly string[] => args.find((arg) => arg.key === key)?.values ?? [];
  const incoming = values('cfg').map(Number);
  const outgoing = values('cfgj')
    .filter((value) => value !== 'zero')
    .map(Number);
  const given = [...values('idx'), ...values('votes')];
  const answers = new Map<number, string>();
  const voters = [...new Set([...incoming, ...outgoing])];
  if (voters.length !== given.length) throw new Error(`${given.length} answers of ${voters.length} voters`);
  voters.forEach((voter, i) => {
    if (given[i] !== '_') answers.set(voter, given[i] as string);
  });
  return {
    incoming: unique(incoming),
    outgoing: unique(outgoing),
    joint: args.some((arg) => arg.key === 'cfgj'),
    answers,
  };
}

/** The bar chart of what each voter has acknowledged. */
function describeAcked(voters: readonly number[], acked: (voter: number) => number | undefined): string {
  if (voters.length === 0) return '<empty majority quorum>';
  const count = voters.length;
  const lines = voters.map((voter) => {
    const index = acked(voter);
    const bar = voters.filter((other) => (acked(other) ?? 0) < (index ?? 0)).length;
    const chart =
      index === undefined ? `?${' '.repeat(count)}` : `${'x'.repeat(bar)}>${' '.repeat(count - bar)}`;
    return `${chart} ${String(index ?? 0).padStart(5)}    (id=${voter})\n`;
  });
  return `${' '.repeat(count)}    idx\n${lines.join('')}`;
}

function committed({ incoming, outgoing, joint, answers }: QuorumCase): string {
  const acked = (voter: number): number | undefined => {
    const answer = answers.get(voter);
    return answer === undefined ? undefined : Number(answer);
  };
  const print = (index: number): string => (index === Number.POSITIVE_INFINITY ? '∞' : `${index}`);
  const chart = describeAcked(unique([...incoming, ...outgoing]), acked);
  const index = jointCommitted({ incoming, outgoing }, acked);
  expect(jointCommitted({ incoming: outgoing, outgoing: incoming }, acked), 'halves swapped').toBe(index);
  if (!joint) {
    expect(majorityCommitted(incoming, acked), 'joined with nobody').toBe(index);
    expect(jointCommitted({ incoming, outgoing: incoming }, acked), 'joined with itself').toBe(index);
  }
  return `${chart}${print(index)}`;
}

function vote({ incoming, outgoing, joint, answers }: QuorumCase): string {
  const answerOf = (voter: number): boolean | undefined => {
    const answer = answers.get(voter);
    return answer === undefined ? undefined : answer === 'y';
  };
  const result = jointVote({ incoming, outgoing }, answerOf);
  expect(jointVote({ incoming: outgoing, outgoing: incoming }, answerOf), 'halves swapped').toBe(result);
  if (!joint) expect(majorityVote(incoming, answerOf), 'joined with nobody').toBe(result);
  return VOTES[result];
}

describe.skipIf(files === undefined)('quorum scenarios of etcd-io/raft', () => {
  test.each(files ?? [])('$name is reproduced word for word', ({ name, text }) => {
    const commands = parseScenario(text);
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const actual = command.name === 'vote' ? vote(caseOf(command)) : committed(caseOf(command));
      if (!sameOutput(actual, command.expected)) {
        expect(actual, `${name}:${command.line}`).toBe(command.expected);
      }
    }
  });
});
