/** One page for a run, whole in itself: verdicts, each anomaly with the operations that show it, plots, faults with the time to recover, logs. */
import { callsOf } from '../history/calls.ts';
import { NEMESIS, type Anomaly, type Operation, type Verdict } from '../history/operation.ts';
import { COLOURS, escaped, faultColour, gapsPlot, latencyPlot, spread, throughputPlot } from './plots.ts';
import type { RunResult } from './run-result.ts';

const ANOMALIES_MAX = 50;
const OPERATIONS_MAX = 200;
const TIMELINE_AROUND_MS = 1_500;
const TIMELINE_OPERATIONS_MAX = 120;

const STYLE = `body{font:14px/1.45 system-ui,sans-serif;margin:24px auto;max-width:1240px;color:#222}
h1{font-size:22px}h2{font-size:17px;margin-top:28px}table{border-collapse:collapse}td,th{padding:2px 10px;text-align:left;vertical-align:top;border-bottom:1px solid #eee}
.true{color:#176}.false{color:#b11;font-weight:600}.unknown{color:#a60}code,pre{font:12px ui-monospace,monospace}pre{white-space:pre-wrap}
details{margin:6px 0}.key span{padding:1px 8px;margin-right:8px}`;

function operationRow({ index, timeMs, process, type, f, value, error, node }: Operation): string {
  const shown = JSON.stringify(value) ?? '';
  const cells = [
    String(index),
    `${Math.round(timeMs)} ms`,
    process === NEMESIS ? 'fault' : String(process),
    `<span style="color:${COLOURS[type]}">${type}</span>`,
    escaped(f),
    `<code>${escaped(shown.slice(0, 600))}</code>`,
    escaped(error === undefined ? '' : `${error.code}: ${error.message}`).slice(0, 200),
    node === undefined ? '' : `node ${node}`,
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function operationTable(operations: readonly Operation[]): string {
  const head = ['#', 'time', 'process', 'type', 'f', 'value', 'error', 'node'];
  return `<table><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr>${operations.map(operationRow).join('')}</table>`;
}

/** What else happened at the time, which often explains it. */
function around(history: readonly Operation[], indices: readonly number[]): readonly Operation[] {
  const times = indices.flatMap((index) => history[index]?.timeMs ?? []);
  if (times.length === 0) return [];
  const fromMs = Math.min(...times) - TIMELINE_AROUND_MS;
  const toMs = Math.max(...times) + TIMELINE_AROUND_MS;
  return history.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs).slice(0, TIMELINE_OPERATIONS_MAX);
}

function anomalySection({ kind, message, operations }: Anomaly, history: readonly Operation[]): string {
  const shown = operations.slice(0, OPERATIONS_MAX).flatMap((index) => history[index] ?? []);
  const near = around(history, operations);
  return `<details open><summary><b>${escaped(kind)}</b>: ${escaped(message)}</summary>${shown.length > 0 ? operationTable(shown) : ''}
<details><summary>what else happened at the time</summary>${operationTable(near)}</details></details>`;
}

function verdictSection(verdict: Verdict, history: readonly Operation[]): string {
  const facts = Object.entries(verdict.facts).map(
    ([name, value]) => `${escaped(name)}: ${escaped(String(value))}`,
  );
  const anomalies = verdict.anomalies
    .slice(0, ANOMALIES_MAX)
    .map((anomaly) => anomalySection(anomaly, history));
  const more = verdict.anomalies.length - anomalies.length;
  return `<h3>${escaped(verdict.checker)}: <span class="${verdict.valid}">${verdict.valid}</span></h3><p>${facts.join(' · ')}</p>
${anomalies.join('\n')}${more > 0 ? `<p>and ${more} more: see result.json</p>` : ''}`;
}

function faultTable({ availability, nemeses }: RunResult): string {
  const rows = availability.faults.map((fault) => {
    const recovery = availability.recoveries.find((one) => one.fault === fault.fault);
    const units = recovery?.units ?? [];
    const cells = [
      `<span style="background:${faultColour(fault.nemesis, nemeses)}">${escaped(fault.nemesis)}:${escaped(fault.variant)}</span>${fault.failed ? ' (failed)' : ''}`,
      `${(fault.fromMs / 1_000).toFixed(1)} s`,
      `${((fault.toMs - fault.fromMs) / 1_000).toFixed(1)} s`,
      `<code>${escaped(fault.notes.map((note) => JSON.stringify(note)).join(' '))}</code>`,
      spread(units.map(({ afterBeginMs }) => afterBeginMs)),
      spread(units.map(({ afterEndMs }) => afterEndMs)),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  const head = [
    'fault',
    'at',
    'for',
    'what',
    'answers after its beginning',
    'after its end (median / worst of all units)',
  ];
  return `<table><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr>${rows.join('')}</table>`;
}

function logLinks({ nodes, logs }: RunResult): string {
  const links = Array.from({ length: nodes }, (_, i) => i + 1).map(
    (node) =>
      `<a href="${logs}/node-${node}/node-${node}.log">node ${node}</a> (<a href="${logs}/node-${node}/node-${node}.yaml">configuration</a>, <a href="${logs}/node-${node}/metrics.prom">metrics</a>)`,
  );
  return `${links.join(' · ')} · <a href="history.jsonl">history</a> · <a href="${logs}/schedule.json">schedule</a> · <a href="result.json">result</a>`;
}

export function htmlReport(result: RunResult, history: readonly Operation[]): string {
  const { availability } = result;
  const input = {
    calls: callsOf(history),
    availability,
    nemeses: result.nemeses,
    endMs: history.at(-1)?.timeMs ?? 0,
  };
  const { counts, latencyMs } = availability;
  const key = result.nemeses.map(
    (nemesis) =>
      `<span style="background:${faultColour(nemesis, result.nemeses)}">${escaped(nemesis)}</span>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>${escaped(result.name)}</title><style>${STYLE}</style>
<h1>${escaped(result.workload)} under ${escaped(result.nemeses.join(', ') || 'no faults')}: <span class="${result.valid}">${result.valid}</span></h1>
<p>seed ${result.seed} · ${result.nodes} nodes · ${Math.round(result.lengthMs / 1_000)} s · begun ${result.startedAt}${result.broken === undefined ? '' : ` · broken build <b>${escaped(result.broken)}</b>`}
<br>${counts.ok} ok, ${counts.fail} failed, ${counts.info} unknown · median ${latencyMs.p50.toFixed(1)} ms, 99 % ${latencyMs.p99.toFixed(0)} ms, longest ${latencyMs.max.toFixed(0)} ms</p>
${result.missing.map((why) => `<p class="unknown">not to be had here: ${escaped(why)}</p>`).join('')}
${result.error === undefined ? '' : `<h2 class="false">The run came to no end</h2><pre>${escaped(result.error)}</pre>`}
<p>${logLinks(result)}</p>
<h2>Verdicts</h2>${result.verdicts.map((verdict) => verdictSection(verdict, history)).join('\n')}
<h2>How long operations took</h2><p class="key">${key.join('')}</p>${latencyPlot(input)}
<h2>Operations a second</h2>${throughputPlot(input)}
<h2>When nothing was answered</h2><p>Longer than a second, for each unit that fails over by itself.</p>${gapsPlot(input)}
<h2>Faults</h2>${faultTable(result)}
`;
}
