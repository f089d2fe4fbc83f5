/** A table over many runs: for the terminal, and as a page and JSON beside them. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { escaped } from './plots.ts';
import { anomaliesOf, type RunResult } from './run-result.ts';

function longestGapMs({ availability }: RunResult): number {
  const gaps = availability.units.flatMap(({ gaps: all }) => all.map(({ fromMs, toMs }) => toMs - fromMs));
  return Math.round(Math.max(0, ...gaps));
}

const HEAD = [
  'run',
  'valid',
  'anomalies',
  'ok',
  'unknown',
  'p99 ms',
  'longest gap ms',
  'faults',
  'took s',
] as const;

function cellsOf(result: RunResult): string[] {
  const { counts, latencyMs, faults } = result.availability;
  return [
    result.name,
    String(result.valid),
    String(anomaliesOf(result)),
    String(counts.ok),
    String(counts.info),
    latencyMs.p99.toFixed(0),
    String(longestGapMs(result)),
    String(faults.length),
    (result.tookMs / 1_000).toFixed(0),
  ];
}

export function summaryTable(results: readonly RunResult[]): string {
  const rows = [[...HEAD], ...results.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) => row.map((cell, i) => cell.padEnd(widths[i] as number)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

export function writeSummary(folder: string, results: readonly RunResult[]): void {
  const rows = results.map((result) => {
    const [name = '', ...cells] = cellsOf(result).map(escaped);
    return `<tr><td><a href="${name}/report.html">${name}</a></td>${cells.map((cell) => `<td class="${cell}">${cell}</td>`).join('')}</tr>`;
  });
  const page = `<!doctype html><meta charset="utf-8"><title>Fault injection</title>
<style>body{font:14px system-ui,sans-serif;margin:24px}td,th{padding:3px 12px;text-align:left;border-bottom:1px solid #eee}.false{color:#b11}.true{color:#176}</style>
<h1>Fault injection: ${results.length} runs</h1><table><tr>${HEAD.map((cell) => `<th>${cell}</th>`).join('')}</tr>${rows.join('')}</table>
`;
  writeFileSync(path.join(folder, 'summary.html'), page);
  writeFileSync(path.join(folder, 'summary.json'), `${JSON.stringify(results, undefined, 1)}\n`);
}
