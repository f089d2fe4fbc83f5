/**
 * Where the time of a CPU profile (`node --cpu-prof`) went: self time by module, and by function. Profiles tell time by the clock; of a sample that took
 * much longer than the sampler's interval the rest was spent waiting for a processor, and is left out.
 */
import path from 'node:path';

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The sampler looks once a millisecond. */
const SAMPLE_US_MAX = 2_000;

export interface Share {
  readonly name: string;
  /** Of the time in which the thread was not idle. */
  readonly share: number;
}

export interface ProfileSummary {
  readonly busyUs: number;
  readonly modules: readonly Share[];
  readonly functions: readonly Share[];
}

export function summarise(profile: CpuProfile): ProfileSummary {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const modules = new Map<string, number>();
  const functions = new Map<string, number>();
  let busyUs = 0;
  for (const [at, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    const us = Math.min(profile.timeDeltas[at] ?? 0, SAMPLE_US_MAX);
    if (frame === undefined || frame.functionName === '(idle)') continue;
    busyUs += us;
    const module = moduleOf(frame.url, frame.functionName);
    add(modules, module, us);
    add(functions, `${frame.functionName || '(anonymous)'} ${module}:${frame.lineNumber + 1}`, us);
  }
  return { busyUs, modules: shares(modules, busyUs), functions: shares(functions, busyUs) };
}

function add(to: Map<string, number>, name: string, us: number): void {
  to.set(name, (to.get(name) ?? 0) + us);
}

/** `packages/raft/src/x.ts` of ours, `@grpc/grpc-js/build/src/x.js` of what is installed, `node:internal/x` of the runtime. */
export function moduleOf(url: string, functionName: string): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  const installed = url.lastIndexOf('/node_modules/');
  if (installed >= 0) return url.slice(installed + '/node_modules/'.length);
  const own = url.lastIndexOf('/packages/');
  return own >= 0 ? url.slice(own + 1) : url.startsWith('node:') ? url : path.basename(url);
}

function shares(found: ReadonlyMap<string, number>, busyUs: number): readonly Share[] {
  return [...found]
    .map(([name, us]) => ({ name, share: busyUs === 0 ? 0 : us / busyUs }))
    .sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
}

export function summaryText({ busyUs, modules, functions }: ProfileSummary, lines: number): string {
  const list = (title: string, all: readonly Share[]): string =>
    [
      title,
      ...all.slice(0, lines).map(({ name, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`),
    ].join('\n');
  return `${Math.round(busyUs / 1_000)} ms busy\n${list('by module', modules)}\n${list('by function', functions)}`;
}
