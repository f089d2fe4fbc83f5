/**
 * A result as one page that needs nothing else: no script, no network, plots as SVG. Two plots of each measure: latency by percentile, the
 * tail drawn out as in HdrHistogram's own, and rate and latencies second by second, where a pause shows that percentiles hide.
 */
import { LatencyHistogram } from '../measure/latency-histogram.ts';
import { showRate, showUs } from './durations.ts';
import type { BenchResult, Measure } from './result.ts';
import { conditionsOf, MEASURE_COLUMNS } from './text.ts';

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 70;
const BOTTOM = 28;
const TOP = 10;
const RIGHT = 12;
/** Nines of the latency plot: 90, 99, 99.9, 99.99 percent. */
const NINES = 4;
const STEPS = 120;

type Point = readonly [x: number, y: number];

interface Line {
  readonly points: readonly Point[];
  readonly color: string;
  readonly name: string;
}

interface Axis {
  readonly max: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** `baseline`: an older result, drawn beside it. */
export function htmlOf(result: BenchResult, baseline: BenchResult | undefined): string {
  const title = `flowmesh bench ${result.workload}`;
  const sections = result.measures.map((measure) =>
    sectionOf(
      measure,
      baseline?.measures.find(({ name }) => name === measure.name),
    ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<table>${conditionsOf(result)
    .map(([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`)
    .join('')}</table>
<table><tr>${MEASURE_COLUMNS.map(({ header }) => `<th>${escaped(header)}</th>`).join('')}</tr>
${result.measures.map((measure) => `<tr>${MEASURE_COLUMNS.map(({ cell }) => `<td>${escaped(String(cell(measure) ?? '-'))}</td>`).join('')}</tr>`).join('\n')}</table>
${baseline === undefined ? '' : `<p>Dashed: the result of ${escaped(baseline.startedAt)}, ${escaped(baseline.target.durability)}.</p>`}
${sections.join('\n')}
</body></html>
`;
}

function sectionOf(measure: Measure, before: Measure | undefined): string {
  const remarks = measure.remarks.map((remark) => `<p class="remark">${escaped(remark)}</p>`).join('');
  return `<h2>${escaped(measure.name)}</h2>${remarks}<div class="plots">${percentilePlot(measure, before)}${secondsPlot(measure)}</div>`;
}

function percentilePlot(measure: Measure, before: Measure | undefined): string {
  const lines = [
    lineOf(
      measure.latency?.histogram,
      '#1668b8',
      measure.latency?.from === 'sent' ? 'from sending' : 'from when it was meant',
    ),
    lineOf(measure.uncorrected?.histogram, '#b8b8b8', 'uncorrected'),
    lineOf(before?.latency?.histogram, '#c4501b', 'before'),
  ].filter((line) => line !== undefined);
  if (lines.length === 0) return '';
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, y]) => y)), 1);
  const nines = Array.from({ length: NINES + 1 }, (_, at) => ({
    at,
    text: at === 0 ? '0 %' : `${(100 - 100 * 10 ** -at).toFixed(Math.max(0, at - 2))} %`,
  }));
  return plot(
    'latency by percentile',
    { max: NINES, ticks: nines },
    logAxis(most),
    lines.map((line) => ({ ...line, points: line.points.map(([x, y]) => [x, logged(y)] as const) })),
  );
}

function lineOf(encoded: readonly number[] | undefined, color: string, name: string): Line | undefined {
  const histogram = encoded === undefined ? undefined : LatencyHistogram.decode(encoded);
  if (histogram === undefined || histogram.count === 0) return undefined;
  const deepest = Math.min(NINES, Math.log10(histogram.count));
  const points = Array.from({ length: STEPS + 1 }, (_, step): Point => {
    const nines = (deepest * step) / STEPS;
    return [nines, histogram.percentileUs(100 * (1 - 10 ** -nines))];
  });
  return { points, color, name };
}

function secondsPlot(measure: Measure): string {
  if (measure.seconds.length < 2) return '';
  const last = Math.max(...measure.seconds.map(({ second }) => second), 1);
  const most = Math.max(...measure.seconds.map(({ operations }) => operations), 1);
  const ticks = (max: number, text: (value: number) => string): Axis => ({
    max,
    ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: max * share, text: text(max * share) })),
  });
  const rate: Line = {
    points: measure.seconds.map(({ second, operations }) => [second, operations]),
    color: '#2b8a3e',
    name: 'a second',
  };
  const rates = plot(
    'operations, second by second',
    ticks(last, (value) => `${Math.round(value)} s`),
    ticks(most, showRate),
    [rate],
  );
  if (measure.latency === null) return rates;
  const line = (of: 'p50Us' | 'p99Us' | 'maxUs', color: string, name: string): Line => ({
    points: measure.seconds.map((second) => [second.second, logged(second[of])]),
    color,
    name,
  });
  const slowest = Math.max(...measure.seconds.map(({ maxUs }) => maxUs), 1);
  const lines = [
    line('p50Us', '#1668b8', 'p50'),
    line('p99Us', '#c4501b', 'p99'),
    line('maxUs', '#b8b8b8', 'max'),
  ];
  return (
    rates +
    plot(
      'latency, second by second',
      ticks(last, (value) => `${Math.round(value)} s`),
      logAxis(slowest),
      lines,
    )
  );
}

/** Decades of microseconds. */
function logAxis(mostUs: number): Axis {
  const decades = Math.max(1, Math.ceil(logged(mostUs)));
  return {
    max: decades,
    ticks: Array.from({ length: decades + 1 }, (_, decade) => ({ at: decade, text: showUs(10 ** decade) })),
  };
}

function logged(us: number): number {
  return Math.log10(Math.max(us, 1));
}

function plot(title: string, xAxis: Axis, yAxis: Axis, lines: readonly Line[]): string {
  const x = (value: number): number => round(LEFT + (value / xAxis.max) * (WIDTH - LEFT - RIGHT));
  const y = (value: number): number => round(HEIGHT - BOTTOM - (value / yAxis.max) * (HEIGHT - BOTTOM - TOP));
  const grid = [
    ...yAxis.ticks.map(
      ({ at, text }) =>
        `<path class="grid" d="M${LEFT} ${y(at)}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${y(at) + 4}" text-anchor="end">${escaped(text)}</text>`,
    ),
    ...xAxis.ticks.map(
      ({ at, text }) => `<text x="${x(at)}" y="${HEIGHT - 10}" text-anchor="middle">${escaped(text)}</text>`,
    ),
  ];
  const drawn = lines.map(({ points, color, name }) => {
    const path = points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${x(px)} ${y(py)}`).join('');
    return `<path class="${name === 'before' ? 'line before' : 'line'}" stroke="${color}" d="${path}"/>`;
  });
  const legend = lines
    .map(({ color, name }) => `<span style="color:${color}">■</span> ${escaped(name)}`)
    .join(' &nbsp; ');
  return `<figure><figcaption>${escaped(title)} &nbsp; ${legend}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${grid.join('')}${drawn.join('')}</svg></figure>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:1180px;padding:0 1em;color:#1c1c1c;background:#fff}
h1{font-size:1.4em}h2{font-size:1.15em;margin:1.6em 0 .3em}table{border-collapse:collapse;margin:1em 0}
th,td{text-align:left;padding:.2em .9em .2em 0;vertical-align:top;border-bottom:1px solid #eee;font-variant-numeric:tabular-nums}
.remark{color:#a33;margin:.2em 0}.plots{display:flex;flex-wrap:wrap;gap:1em}figure{margin:0;width:${WIDTH}px;max-width:100%}
svg{width:100%}svg text{font-size:11px;fill:#555}.grid{stroke:#e6e6e6}.line{fill:none;stroke-width:1.6}.before{stroke-dasharray:5 4}
figcaption{font-size:12px;color:#444}`;
