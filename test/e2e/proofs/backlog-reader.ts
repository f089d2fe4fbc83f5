/** A process that reads a backlog from the beginning and says how that went: one line of JSON at the end, progress before. */
import { connect } from '@flowmesh/client';
import { Payloads } from './ledger.ts';

export interface BacklogJob {
  readonly endpoints: readonly string[];
  readonly stream: string;
  /** Records numbered 0 … records - 1 are the backlog; what is numbered below zero came later. */
  readonly records: number;
}

export interface BacklogRead {
  readonly mebibytesPerSecond: number;
  /** Longest time between two records. */
  readonly longestPauseMs: number;
  readonly missing: number;
}

const PROGRESS_RECORDS = 1_000_000;

async function readBacklog(job: BacklogJob): Promise<BacklogRead> {
  await using mesh = await connect({ endpoints: job.endpoints });
  const seen = new Uint8Array(job.records);
  const started = performance.now();
  let last = started;
  let longestPauseMs = 0;
  let bytes = 0;
  let count = 0;
  for await (const record of mesh.consume({ stream: job.stream, from: 'earliest' })) {
    const value = record.value as Uint8Array;
    const number = Payloads.numberOf(value);
    const now = performance.now();
    longestPauseMs = Math.max(longestPauseMs, now - last);
    last = now;
    if (number < 0) continue;
    bytes += value.length;
    if (seen[number] === 0) count++;
    seen[number] = 1;
    if (count % PROGRESS_RECORDS === 0) console.log(`${count} records of the backlog read`);
    if (count === job.records) break;
  }
  const seconds = (performance.now() - started) / 1000;
  return { mebibytesPerSecond: bytes / (1 << 20) / seconds, longestPauseMs, missing: job.records - count };
}

if (import.meta.main)
  console.log(JSON.stringify(await readBacklog(JSON.parse(process.argv[2] as string) as BacklogJob)));
