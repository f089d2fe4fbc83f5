/**
 * Loaded into a node before its own code (`--import`): writes how long its event loop did not turn, for `LoopWatch` to read. Each gap comes
 * with the processor time that the thread used in it: on a busy machine a gap may be the scheduler's doing, its processor time is the node's.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 5;
const WRITE_EVERY_MS = 500;
/** Shorter gaps are only counted. */
const WORTH_WRITING_MS = EVERY_MS + 1;

interface ThreadCpu {
  /** Of the calling thread, microseconds. Node 23.9 and later. */
  threadCpuUsage?(): { readonly user: number; readonly system: number };
}

function cpuMs(): number {
  const { user, system } = (process as ThreadCpu).threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1_000;
}

function watch(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${process.pid}.jsonl`);
  let lastMs = performance.now();
  let lastCpuMs = cpuMs();
  let writtenMs = lastMs;
  let short = 0;
  let gaps: number[] = [];
  setInterval(() => {
    const nowMs = performance.now();
    const nowCpuMs = cpuMs();
    const gapMs = nowMs - lastMs;
    if (gapMs < WORTH_WRITING_MS) short++;
    else gaps.push(Math.round(gapMs * 10) / 10, Math.round((nowCpuMs - lastCpuMs) * 10) / 10);
    lastMs = nowMs;
    lastCpuMs = nowCpuMs;
    if (nowMs - writtenMs < WRITE_EVERY_MS) return;
    writtenMs = nowMs;
    appendFileSync(file, `${JSON.stringify({ atMs: Date.now(), short, gaps })}\n`);
    short = 0;
    gaps = [];
  }, EVERY_MS).unref();
}

const folder = process.env['FLOWMESH_LOOP_PROBE'];
if (isMainThread && folder !== undefined) watch(folder);
