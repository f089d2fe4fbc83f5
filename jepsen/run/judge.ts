/** Judges a history, of a run that has just ended or of one that was kept, and writes what came of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Checker, Operation, Verdict } from '../history/operation.ts';
import { readHistory } from '../history/read-history.ts';
import { nemesisNamed } from '../nemeses/nemeses.ts';
import { availabilityOf } from '../report/availability.ts';
import { htmlReport } from '../report/html-report.ts';
import { type RunResult, worst } from '../report/run-result.ts';
import { judgeNodes, RECOVERY } from './node-verdict.ts';

function check(checker: Checker, history: readonly Operation[]): Verdict {
  try {
    return checker(history);
  } catch (error) {
    // A checker that meets what it does not know proves nothing.
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return {
      checker: checker.name,
      valid: 'unknown',
      anomalies: [{ kind: 'checker-failed', message, operations: [] }],
      facts: {},
    };
  }
}

export function verdictsOn(history: readonly Operation[], checkers: readonly Checker[]): Verdict[] {
  return [
    judgeNodes(history, (name) => nemesisNamed(name).endsNodes === true),
    ...checkers.map((checker) => check(checker, history)),
  ];
}

export function writeReport(folder: string, result: RunResult, history: readonly Operation[]): void {
  writeFileSync(path.join(folder, 'result.json'), `${JSON.stringify(result, undefined, 1)}\n`);
  writeFileSync(path.join(folder, 'report.html'), htmlReport(result, history));
}

/** Of a run that was kept: what its history does not tell, how it recovered, stays as it was. */
export function judge(folder: string, checkers: readonly Checker[]): RunResult {
  const before = JSON.parse(readFileSync(path.join(folder, 'result.json'), 'utf8')) as RunResult;
  const history = readHistory(path.join(folder, 'history.jsonl'));
  const kept = before.verdicts.filter(({ checker }) => checker === RECOVERY);
  const verdicts = [...kept, ...verdictsOn(history, checkers)];
  const valid = before.error === undefined ? worst(verdicts) : worst([...verdicts, 'unknown']);
  const result = { ...before, verdicts, valid, availability: availabilityOf(history) };
  writeReport(folder, result, history);
  return result;
}
