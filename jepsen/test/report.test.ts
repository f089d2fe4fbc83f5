import { describe, expect, it } from 'vitest';
import { judgeCounting } from '../checkers/counting.ts';
import { NEMESIS, type Operation } from '../history/operation.ts';
import { availabilityOf } from '../report/availability.ts';
import { htmlReport } from '../report/html-report.ts';
import { matrixOf } from '../report/matrix.ts';
import { exitCodeOf, type RunResult } from '../report/run-result.ts';
import { judgeNodes, NODE_ENDED } from '../run/node-verdict.ts';

function history(...operations: readonly Partial<Operation>[]): Operation[] {
  return operations.map((operation, index) => ({
    index,
    process: 0,
    type: 'invoke',
    f: 'read',
    value: undefined,
    timeMs: index * 100,
    ...operation,
  }));
}

const write = (count: number) => ({ f: 'write', value: { key: 'k', count } });
const read = (count?: number) => ({ f: 'read', value: { key: 'k', count } });

describe('keys that count up', () => {
  it('are valid where every read shows at least what was acknowledged before it began', () => {
    const { valid } = judgeCounting(
      history(
        write(1),
        { ...write(1), type: 'ok' },
        { process: 1, ...read() },
        { process: 1, type: 'ok', ...read(1) },
      ),
    );
    expect(valid).toBe(true);
  });

  it('are not where a read shows less', () => {
    const { valid, anomalies } = judgeCounting(
      history(
        write(1),
        { ...write(1), type: 'ok' },
        { process: 1, ...read() },
        { process: 1, type: 'ok', ...read(0) },
      ),
    );
    expect(valid).toBe(false);
    expect(anomalies[0]?.operations).toEqual([1, 2, 3]);
  });

  it('are not where a read shows what nobody had begun to write', () => {
    const { anomalies } = judgeCounting(
      history({ process: 1, ...read() }, { process: 1, type: 'ok', ...read(5) }),
    );
    expect(anomalies.map(({ kind }) => kind)).toEqual(['never-written']);
  });

  it('may show what was written with an unknown outcome, or not', () => {
    for (const seen of [0, 1]) {
      const { valid } = judgeCounting(
        history(
          write(1),
          { ...write(1), type: 'info' },
          { process: 1, ...read() },
          { process: 1, type: 'ok', ...read(seen) },
        ),
      );
      expect(valid).toBe(true);
    }
  });

  it('prove nothing where nothing was read', () => {
    expect(judgeCounting(history(write(1))).valid).toBe('unknown');
  });
});

const fault = (phase: string, timeMs: number): Partial<Operation> => ({
  process: NEMESIS,
  type: 'info',
  f: 'kill',
  value: { fault: 0, variant: 'one', phase },
  timeMs,
});
const ended = (timeMs: number): Partial<Operation> => ({
  process: NEMESIS,
  type: 'info',
  f: NODE_ENDED,
  value: { node: 2, exit: 1, said: 'AssertionError: no' },
  timeMs,
});

describe('nodes that end by themselves', () => {
  it('are an anomaly, with what they said', () => {
    const { valid, anomalies } = judgeNodes(history(ended(10)), () => false);
    expect(valid).toBe(false);
    expect(anomalies[0]?.message).toContain('AssertionError: no');
  });

  it('are explained by a fault of their disk that holds', () => {
    const { valid } = judgeNodes(history(fault('begin', 0), ended(10), fault('end', 20)), () => true);
    expect(valid).toBe(true);
  });

  it('are not explained by one that ended long ago', () => {
    const { valid } = judgeNodes(history(fault('begin', 0), fault('end', 20), ended(100_000)), () => true);
    expect(valid).toBe(false);
  });
});

describe('availability', () => {
  const disturbed = history(
    { ...read(), timeMs: 0 },
    { ...read(1), type: 'ok', timeMs: 10 },
    fault('begin', 100),
    { ...read(), timeMs: 200 },
    fault('end', 3_000),
    { ...read(1), type: 'ok', timeMs: 3_500 },
  );

  const ask = (process: number, key: string, fromMs: number, toMs: number): Partial<Operation>[] => [
    { process, value: { key }, timeMs: fromMs },
    { process, type: 'ok', value: { key }, timeMs: toMs },
  ];

  it('names the times in which something was asked and nothing answered', () => {
    expect(availabilityOf(disturbed).units).toEqual([
      { unit: 'key k', ok: 2, gaps: [{ fromMs: 200, toMs: 3_500 }] },
    ]);
  });

  it('does not miss what nobody asked for', () => {
    const value = { key: 'a' };
    const idle = history(
      ...ask(0, 'a', 0, 10),
      ...ask(0, 'a', 60_000, 60_900),
      { process: 1, value, timeMs: 70_000 },
      { process: 1, type: 'fail', value, timeMs: 72_000 },
      ...ask(0, 'a', 90_000, 90_010),
    );
    expect(availabilityOf(idle).units).toEqual([
      { unit: 'key a', ok: 3, gaps: [{ fromMs: 70_000, toMs: 72_000 }] },
    ]);
  });

  it('counts from the last answer what waited then, also where it was given up and asked once more', () => {
    const value = { key: 'a' };
    const waiting = history(
      { process: 1, value, timeMs: 5 },
      ...ask(0, 'a', 0, 10),
      { process: 1, type: 'info', value, timeMs: 4_000 },
      ...ask(2, 'a', 5_000, 6_000),
    );
    expect(availabilityOf(waiting).units).toEqual([
      { unit: 'key a', ok: 2, gaps: [{ fromMs: 10, toMs: 6_000 }] },
    ]);
  });

  it('says for each fault how long it took until something was answered again', () => {
    expect(availabilityOf(disturbed).recoveries).toEqual([
      {
        fault: 0,
        anyAfterBeginMs: 3_400,
        anyAfterEndMs: undefined,
        allAfterBeginMs: 3_400,
        allAfterEndMs: undefined,
        units: [{ unit: 'key k', afterBeginMs: 3_400, afterEndMs: undefined }],
      },
    ]);
  });

  it('counts what was asked since the fault began, of any unit and until each has been answered', () => {
    const [recovery] = availabilityOf(
      history(
        { process: 1, value: { key: 'b' }, timeMs: 0 },
        fault('begin', 100),
        { process: 1, type: 'ok', value: { key: 'b' }, timeMs: 150 },
        ...ask(0, 'a', 200, 220),
        ...ask(1, 'b', 300, 900),
        fault('end', 1_000),
        ...ask(1, 'b', 1_100, 1_150),
        ...ask(0, 'a', 1_200, 1_240),
      ),
    ).recoveries;
    expect(recovery).toMatchObject({
      anyAfterBeginMs: 120,
      allAfterBeginMs: 800,
      anyAfterEndMs: 150,
      allAfterEndMs: 240,
    });
  });

  it('counts from the moment in which the leader was found, and leaves out what was skipped', () => {
    const at = (value: object, timeMs: number): Partial<Operation> => ({
      process: NEMESIS,
      type: 'info',
      f: 'kill',
      value,
      timeMs,
    });
    const { recoveries } = availabilityOf(
      history(
        fault('begin', 100),
        at({ fault: 0, variant: 'leader', phase: 'found', note: { leader: 1 } }, 400),
        at({ fault: 1, variant: 'wiped', phase: 'begin', note: { skipped: 'not in sync' } }, 450),
        ...ask(0, 'a', 500, 600),
      ),
    );
    expect(recoveries.map(({ fault: place, anyAfterBeginMs }) => [place, anyAfterBeginMs])).toEqual([
      [0, 200],
    ]);
  });
});

describe('a report', () => {
  const operations = history(read(), { ...read(0), type: 'ok' });
  const result: RunResult = {
    name: 'r',
    workload: 'w',
    nemeses: ['kill'],
    missing: [],
    seed: 1,
    nodes: 3,
    lengthMs: 1_000,
    startedAt: '2026-01-01T00:00:00Z',
    tookMs: 1,
    logs: '.',
    valid: false,
    verdicts: [
      {
        checker: 'c',
        valid: false,
        anomalies: [{ kind: 'lost', message: 'a <b> & c', operations: [0, 1] }],
        facts: { reads: 1 },
      },
    ],
    availability: availabilityOf(operations),
    levels: [],
  };

  it('shows each anomaly with its operations, and lets no text become markup', () => {
    const page = htmlReport(result, operations);
    expect(page).toContain('a &lt;b&gt; &amp; c');
    expect(page).toContain('node-3/node-3.log');
  });

  it('is a cell of a table over runs, with the worst verdict and the operations of all', () => {
    const again = { ...result, startedAt: '2026-01-02T00:00:00Z', valid: true as const };
    const part = { ...again, workload: 'v' };
    const other = { ...part, startedAt: '2026-01-03T00:00:00Z', nemeses: ['kill', 'pause'] };
    const tables = matrixOf([result, again, part, other]);
    expect(tables).toContain('| w | **anomaly**: 0 min, 2 ok, 0 unknown | – |');
    expect(tables).toContain('| v | valid: 0 min, 1 ok, 0 unknown | valid: 0 min, 1 ok, 0 unknown |');
    // Parts that began together are one run.
    expect(tables).toContain('| kill | 1 | 0 | 3 | 2 | 0 | 2 | 0 | 0 | 2 | 2026-01-02 |');
    expect(tables).toContain('| kill, pause | 1 | 0 | 3 | 1 |');
  });

  it('ends with an exit code that tells anomalies, proofs and neither apart', () => {
    expect(exitCodeOf([{ ...result, valid: true }])).toBe(0);
    expect(exitCodeOf([{ ...result, valid: true }, result])).toBe(1);
    expect(exitCodeOf([{ ...result, valid: 'unknown' }])).toBe(3);
  });
});
