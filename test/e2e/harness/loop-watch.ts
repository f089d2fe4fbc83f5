/** Nodes whose event loops are watched by `loop-probe.ts`, and what was seen. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ClusterNode, MAIN, type Program } from './cluster.ts';

/** Pauses of the event loop: all that passed, and the processor time in it. */
export interface LoopPauses {
  readonly msMax: number;
  readonly msP99: number;
  readonly cpuMsMax: number;
  readonly cpuMsP99: number;
}

interface Line {
  readonly atMs: number;
  readonly short: number;
  readonly gaps: readonly number[];
}

/** Of a turn that was too short to be written. */
const SHORT_MS = 5;

export class LoopWatch {
  readonly program: Program;
  readonly env: Readonly<Record<string, string>>;
  private readonly folder: string;

  /** `folder`: where the nodes write. */
  constructor(folder: string) {
    this.folder = folder;
    this.program = {
      nodeFlags: ['--import', path.join(import.meta.dirname, 'loop-probe.ts')],
      main: MAIN,
    };
    this.env = { FLOWMESH_LOOP_PROBE: folder };
  }

  /** Of a running node, between two readings of `Date.now`; written every half second. */
  pauses(node: ClusterNode, fromMs: number, toMs = Number.POSITIVE_INFINITY): LoopPauses {
    const file = path.join(this.folder, `${node.pid}.jsonl`);
    if (!existsSync(file)) return { msMax: 0, msP99: 0, cpuMsMax: 0, cpuMsP99: 0 };
    const wall: number[] = [];
    const cpu: number[] = [];
    let short = 0;
    for (const text of readFileSync(file, 'utf8').split('\n')) {
      if (text === '') continue;
      const line = JSON.parse(text) as Line;
      if (line.atMs < fromMs || line.atMs > toMs) continue;
      short += line.short;
      for (let i = 0; i < line.gaps.length; i += 2) {
        wall.push(line.gaps[i] as number);
        cpu.push(line.gaps[i + 1] as number);
      }
    }
    return {
      msMax: Math.max(0, ...wall),
      msP99: withShort(wall, short),
      cpuMsMax: Math.max(0, ...cpu),
      cpuMsP99: withShort(cpu, short),
    };
  }
}

/** The 99th percentile, where `short` more samples lie below all of these. */
function withShort(samples: readonly number[], short: number): number {
  const sorted = [...samples].sort((a, b) => b - a);
  const above = Math.floor((sorted.length + short) * 0.01);
  return above < sorted.length ? (sorted[above] as number) : SHORT_MS;
}
