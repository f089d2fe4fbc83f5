/** Plots of a run as SVG: operations with their outcomes and times, how many were answered a second, and faults and gaps behind them all. */
import type { Call } from '../history/calls.ts';
import type { Operation } from '../history/operation.ts';
import { type Availability, type FaultSpan, percentile } from './availability.ts';

const WIDTH = 1_200;
const LEFT = 60;
const HEIGHT = 220;
const POINTS_MAX = 20_000;

export const COLOURS: Readonly<Record<Operation['type'], string>> = {
  invoke: '#999',
  ok: '#2a7',
  fail: '#28d',
  info: '#e80',
};

const FAULT_COLOURS = ['#fdd', '#ddf', '#ffd', '#dfd', '#fdf', '#dff', '#eee', '#fed'];

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** From milliseconds of the run to a place. */
export type Axis = (timeMs: number) => number;

export function axisTo(endMs: number): Axis {
  return (timeMs) => LEFT + (timeMs / Math.max(endMs, 1)) * (WIDTH - LEFT - 10);
}

export function faultColour(nemesis: string, nemeses: readonly string[]): string {
  return FAULT_COLOURS[Math.max(0, nemeses.indexOf(nemesis)) % FAULT_COLOURS.length] as string;
}

function faultBands(
  faults: readonly FaultSpan[],
  nemeses: readonly string[],
  x: Axis,
  height: number,
): string {
  return faults
    .map(({ fromMs, toMs, nemesis, variant }) => {
      const width = Math.max(1, x(toMs) - x(fromMs));
      const title = `${nemesis}:${variant}, ${Math.round(fromMs)} to ${Math.round(toMs)} ms`;
      return `<rect x="${x(fromMs).toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${height}" fill="${faultColour(nemesis, nemeses)}" fill-opacity="0.7"><title>${escaped(title)}</title></rect>`;
    })
    .join('');
}

function timeTicks(endMs: number, x: Axis, height: number): string {
  const stepMs = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((s) => endMs / (s * 1_000) <= 16) ?? 1_800;
  const ticks: string[] = [];
  for (let at = 0; at <= endMs; at += stepMs * 1_000)
    ticks.push(
      `<line x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="0" y2="${height}" stroke="#ddd"/><text x="${x(at).toFixed(1)}" y="${height + 14}" text-anchor="middle">${at / 1_000} s</text>`,
    );
  return ticks.join('');
}

function svg(height: number, body: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${height + 20}" width="${WIDTH}" height="${height + 20}" font-size="11" font-family="sans-serif">${body}</svg>`;
}

export interface PlotInput {
  readonly calls: readonly Call[];
  readonly availability: Availability;
  readonly nemeses: readonly string[];
  readonly endMs: number;
}

/** Each operation a point: when it ended, how long it took (logarithmic), what came of it. */
export function latencyPlot({ calls, availability, nemeses, endMs }: PlotInput): string {
  const x = axisTo(endMs);
  const decades = 5;
  const y = (ms: number): number =>
    HEIGHT - (Math.log10(Math.min(Math.max(ms, 1), 10 ** decades)) / decades) * HEIGHT;
  const lines = Array.from({ length: decades + 1 }, (_, i) => {
    const at = y(10 ** i).toFixed(1);
    return `<line x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}" stroke="#eee"/><text x="${LEFT - 5}" y="${at}" text-anchor="end">${10 ** i} ms</text>`;
  }).join('');
  const stride = Math.ceil(calls.length / POINTS_MAX);
  const points = calls
    .filter((_, i) => i % stride === 0)
    .map(({ invoke, completion }) => {
      if (completion === undefined) return '';
      const tookMs = completion.timeMs - invoke.timeMs;
      return `<circle cx="${x(completion.timeMs).toFixed(1)}" cy="${y(tookMs).toFixed(1)}" r="1.6" fill="${COLOURS[completion.type]}"/>`;
    })
    .join('');
  return svg(
    HEIGHT,
    faultBands(availability.faults, nemeses, x, HEIGHT) + lines + timeTicks(endMs, x, HEIGHT) + points,
  );
}

const RATE_COLOURS: ReadonlyArray<Exclude<Operation['type'], 'invoke'>> = ['ok', 'fail', 'info'];

/** How many ended so in each second. */
export function throughputPlot({ calls, availability, nemeses, endMs }: PlotInput): string {
  const x = axisTo(endMs);
  const seconds = Math.ceil(endMs / 1_000) + 1;
  const rates = RATE_COLOURS.map((type) => {
    const counts = Array.from({ length: seconds }, () => 0);
    for (const { completion } of calls)
      if (completion?.type === type) {
        const at = Math.floor(completion.timeMs / 1_000);
        counts[at] = (counts[at] ?? 0) + 1;
      }
    return { type, counts };
  });
  const most = Math.max(1, ...rates.flatMap(({ counts }) => counts));
  const y = (count: number): number => HEIGHT - (count / most) * (HEIGHT - 10);
  const lines = rates.map(({ type, counts }) => {
    const path = counts
      .map((count, i) => `${x((i + 0.5) * 1_000).toFixed(1)},${y(count).toFixed(1)}`)
      .join(' ');
    return `<polyline points="${path}" fill="none" stroke="${COLOURS[type]}" stroke-width="1.5"/>`;
  });
  const label = `<text x="${LEFT - 5}" y="12" text-anchor="end">${most}/s</text>`;
  return svg(
    HEIGHT,
    faultBands(availability.faults, nemeses, x, HEIGHT) +
      timeTicks(endMs, x, HEIGHT) +
      label +
      lines.join(''),
  );
}

const ROW = 16;

/** A row for each unit: where nothing was answered. */
export function gapsPlot({ availability, nemeses, endMs }: PlotInput): string {
  const x = axisTo(endMs);
  const height = availability.units.length * ROW + 4;
  const rows = availability.units.map(({ unit, gaps }, i) => {
    const y = i * ROW + 2;
    const bars = gaps.map(({ fromMs, toMs }) => {
      const title = `${unit}: nothing for ${Math.round(toMs - fromMs)} ms`;
      return `<rect x="${x(fromMs).toFixed(1)}" y="${y}" width="${(x(toMs) - x(fromMs)).toFixed(1)}" height="${ROW - 4}" fill="#c33"><title>${escaped(title)}</title></rect>`;
    });
    return `<text x="${LEFT - 5}" y="${y + 10}" text-anchor="end">${escaped(unit.slice(0, 10))}</text>${bars.join('')}`;
  });
  return svg(
    height,
    faultBands(availability.faults, nemeses, x, height) + timeTicks(endMs, x, height) + rows.join(''),
  );
}

/** Milliseconds of the units' recoveries that came, sorted. */
export function spread(values: ReadonlyArray<number | undefined>): string {
  const came = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (came.length === 0) return 'none';
  return `${percentile(came, 0.5)} / ${came.at(-1)} ms`;
}
