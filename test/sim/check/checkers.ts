/** All checkers, in the order in which they look. A new kind of machine adds its own here. */
import type { Checker } from './checker.ts';
import { commits, committedStay, configurations, monotonic, progress } from './commit-checks.ts';
import { oneLeader, oneVote } from './election-checks.ts';
import { appliedCommands, type CommandHistory, servesWhole } from './machine-checks.ts';
import type { GroupModel } from './model.ts';
import { promisesDurable } from './promise-checks.ts';

export function allCheckers(historyOf: (group: GroupModel) => CommandHistory): readonly Checker[] {
  return [
    oneLeader,
    oneVote(),
    promisesDurable,
    committedStay,
    commits,
    appliedCommands(historyOf),
    servesWhole,
    monotonic,
    configurations,
    progress,
  ];
}
