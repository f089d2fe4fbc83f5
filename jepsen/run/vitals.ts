/**
 * What nodes take of the machine while a run goes on: resident memory and open descriptors of each process, looked up again and again and kept in
 * `vitals.jsonl`. Faults end processes, so one value tells nothing; the medians of the first and of the last quarter tell whether it grows.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { percentile } from '../report/availability.ts';

const EVERY_MS = 5_000;
const MEBIBYTE_KB = 1_024;

export interface VitalSample {
  readonly timeMs: number;
  readonly node: number;
  readonly residentMebibytes: number;
  readonly descriptors: number;
}

/** Medians of the first and of the last quarter of a run, and the most that was seen. */
export interface Level {
  readonly first: number;
  readonly last: number;
  readonly max: number;
}

export interface NodeLevels {
  readonly node: number;
  readonly samples: number;
  readonly residentMebibytes: Level;
  readonly descriptors: Level;
}

/** Undefined where the process is gone, or the system does not tell. */
export function vitalsOf(pid: number): Pick<VitalSample, 'residentMebibytes' | 'descriptors'> | undefined {
  try {
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    if (resident === null) return undefined;
    return { residentMebibytes: Math.round(Number(resident[1]) / MEBIBYTE_KB), descriptors };
  } catch {
    return undefined;
  }
}

/** Writes until the signal comes. */
export function keepVitals(options: {
  readonly file: string;
  readonly nodes: readonly { readonly id: number; readonly pid: number | undefined }[];
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
}): void {
  const { file, nodes, nowMs, signal } = options;
  const timer = setInterval(() => {
    for (const { id, pid } of nodes) {
      const found = pid === undefined ? undefined : vitalsOf(pid);
      if (found === undefined) continue;
      const sample: VitalSample = { timeMs: Math.round(nowMs()), node: id, ...found };
      appendFileSync(file, `${JSON.stringify(sample)}\n`);
    }
  }, EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

export function readVitals(file: string): readonly VitalSample[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as VitalSample);
}

/** By node. `lengthMs`: of the run, whose quarters are compared. */
export function levelsOf(samples: readonly VitalSample[], lengthMs: number): readonly NodeLevels[] {
  const nodes = [...new Set(samples.map(({ node }) => node))].sort((a, b) => a - b);
  return nodes.map((node) => {
    const own = samples.filter((sample) => sample.node === node);
    return {
      node,
      samples: own.length,
      residentMebibytes: levelOf(own, lengthMs, ({ residentMebibytes }) => residentMebibytes),
      descriptors: levelOf(own, lengthMs, ({ descriptors }) => descriptors),
    };
  });
}

function levelOf(
  samples: readonly VitalSample[],
  lengthMs: number,
  value: (sample: VitalSample) => number,
): Level {
  const median = (some: readonly VitalSample[]): number =>
    percentile(
      some.map(value).sort((a, b) => a - b),
      0.5,
    );
  return {
    first: median(samples.filter(({ timeMs }) => timeMs <= lengthMs / 4)),
    last: median(samples.filter(({ timeMs }) => timeMs >= (lengthMs * 3) / 4)),
    max: samples.reduce((most, sample) => Math.max(most, value(sample)), 0),
  };
}

/** For the log and for tables. */
export function sayLevel({ first, last, max }: Level): string {
  return `${first} → ${last} (most ${max})`;
}
