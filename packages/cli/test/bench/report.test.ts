import { describe, expect, it } from 'vitest';
import { compare, comparisonText } from '../../src/bench/report/compare.ts';
import { htmlOf } from '../../src/bench/report/html.ts';
import { measureOf, parseResult } from '../../src/bench/report/result.ts';
import { textOf } from '../../src/bench/report/text.ts';
import { clientReport, measure, result } from './support.ts';

const PLAIN = { format: 'table', color: false } as const;
const HUNDRED = Array.from({ length: 100 }, (_, at) => at + 1);

describe('a measure', () => {
  it('adds up what client processes report', () => {
    const load = { concurrency: 8, rate: 100 };
    const both = measureOf({ name: 'publish', durationMs: 2_000, load }, [
      clientReport(HUNDRED, 1),
      clientReport(
        HUNDRED.map((ms) => ms + 100),
        1,
      ),
    ]);
    expect(both).toMatchObject({
      loop: 'open',
      rate: 100,
      clients: 2,
      concurrency: 8,
      operations: 200,
      perSecond: 100,
      bytesPerSecond: 10_000,
      clientCpuPercent: 1,
      latency: { from: 'intended', count: 200, minUs: 1_000, maxUs: 200_000 },
      uncorrected: { from: 'sent', maxUs: 199_000 },
      seconds: [{ second: 0, operations: 200, bytes: 20_000 }],
      remarks: [],
    });
    expect(both.latency?.p50Us).toBeCloseTo(100_000, -3);
    expect(both.latency?.p99Us).toBeCloseTo(198_000, -3);
  });

  it('of a closed loop says that its latencies begin with the sending', () => {
    expect(measure('publish', HUNDRED)).toMatchObject({
      loop: 'closed',
      rate: null,
      latency: { from: 'sent' },
      uncorrected: null,
    });
  });

  it('says when its rate was not kept, and what was never received', () => {
    expect(measure('publish', HUNDRED, 1_000).remarks[0]).toContain(
      'the rate of 1000 a second was not kept: 50;',
    );
    const sent = { load: { concurrency: 1, rate: 50 }, count: 103 };
    const received = measureOf({ name: 'end-to-end', durationMs: 2_000, load: undefined, sent }, [
      clientReport(HUNDRED),
    ]);
    expect(received).toMatchObject({ loop: 'arrivals', rate: 50, overdue: 3 });
  });
});

describe('a result', () => {
  it('survives being written and read', () => {
    const whole = result([measure('publish', HUNDRED)]);
    expect(parseResult(JSON.stringify(whole), 'old.json')).toEqual(whole);
  });

  it('is not made of other files, and says how to make one', () => {
    const damaged = {
      ...result([]),
      measures: [{ name: 'publish', perSecond: 1, latency: { histogram: [1] } }],
    };
    for (const text of ['', '{}', '{"schema":"flowmesh.bench.v2"}', JSON.stringify(damaged)])
      expect(() => parseResult(text, 'old.json')).toThrow('old.json is no result of flowmesh bench');
  });

  it('as text names durability, replication, settings, versions and hardware before the figures', () => {
    const text = textOf(result([measure('publish', HUNDRED)]), PLAIN);
    const head = text.slice(0, text.indexOf('MEASURE'));
    for (const fact of [
      'fsynced by a majority',
      '3 replica(s), 6 partition(s)',
      'payloadBytes=100 acks=all',
      'FlowMesh 0.1.0, 3 node(s)',
      '2 core(s), 16.0 GiB',
      'Node v24.0.0',
      '0.1 before, 1.5 after',
    ])
      expect(head).toContain(fact);
  });

  it('does not show a percentile that too few values lie beyond', () => {
    const text = textOf(result([measure('publish', HUNDRED)]), PLAIN);
    const row = text.split('\n').find((line) => line.startsWith('publish')) ?? '';
    // p50 and max; neither p99 nor p99.9 of a hundred values.
    expect(row.split(/\s{2,}/)).toEqual([
      'publish',
      'closed',
      '1 × 4',
      '50',
      '4.9 KiB',
      '50.0 ms',
      '-',
      '-',
      '100 ms',
      '0',
    ]);
  });
});

describe('a comparison', () => {
  it('gives ratios of rates and latencies, and what was measured only once', () => {
    const before = result([measure('publish', HUNDRED), measure('consume', HUNDRED)]);
    const after = result([
      measure(
        'publish',
        [...HUNDRED, ...HUNDRED].map((ms) => ms / 2),
      ),
      measure('new', HUNDRED),
    ]);
    const { measures, unpaired, differences } = compare(before, after);
    expect(measures).toMatchObject([{ name: 'publish', ratio: { perSecond: 2, p99: null } }]);
    expect(measures[0]?.ratio.p50).toBeCloseTo(0.5, 2);
    expect(unpaired).toEqual(['consume', 'new']);
    expect(differences.map(({ what }) => what)).toEqual(['load of consume', 'load of new']);
  });

  it('says first that durability or replication are not the same', () => {
    const before = result([measure('publish', HUNDRED)]);
    const after = result([measure('publish', HUNDRED)], { durability: 'NONE', replicationFactor: 1 });
    const comparison = compare(before, after);
    expect(comparison.differences).toEqual([
      { what: 'durability', before: before.target.durability, after: 'NONE' },
      { what: 'replicationFactor', before: '3', after: '1' },
    ]);
    expect(comparisonText(comparison, PLAIN)).toContain('! replicationFactor differs: 3 → 1');
  });
});

describe('a page', () => {
  it('needs no network and no script, and plots every measure', () => {
    const measures = [measure('publish', HUNDRED, 50), measure('consume', HUNDRED)];
    const page = htmlOf(result(measures), result([measure('publish', HUNDRED)]));
    expect(page).not.toMatch(/<script|https?:|src=|@import|url\(/);
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(page).toContain('class="line before"');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('takes nothing that a broker says for markup', () => {
    const page = htmlOf(result([], { system: '<img onerror=x>' }), undefined);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img onerror=x&gt;');
  });
});
