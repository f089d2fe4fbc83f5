/** `flowmesh stream consume`: records out, one per line, until the end that was asked for, or for good. */
import type { ConsumedRecord, Consumer, Position } from '@flowmesh/client';
import { EXIT } from '../exit-codes.ts';
import type { Format } from '../output/format.ts';
import { showBytes, showRecord, type ShownRecord } from '../output/payload.ts';
import { showTime } from '../output/times.ts';
import { stringify } from 'yaml';
import type { Session } from '../session.ts';
import { consumeInGroup } from './consume-group.ts';
import { PassedOver } from './passed-over.ts';
import { parsePartitions, parsePosition } from './positions.ts';

export interface ConsumeCommandOptions {
  readonly from?: string;
  readonly to?: string;
  readonly count?: number;
  readonly follow?: boolean;
  readonly partition?: readonly string[];
  readonly filter?: string;
  readonly group?: string;
  readonly isolation?: 'committed' | 'uncommitted';
}

export async function consume(
  session: Session,
  options: ConsumeCommandOptions,
  args: readonly string[],
): Promise<number> {
  const stream = args[0] ?? '';
  const { format } = session.style('jsonl');
  const { environment, sink } = session;
  if (options.group !== undefined) {
    const line = format === 'json' ? 'jsonl' : format;
    return await consumeInGroup(session, stream, options.group, options, (record) => lineOf(record, line));
  }
  const nowMs = environment.wallMs();
  const follow = options.follow === true;
  const from: Position = parsePosition(options.from ?? (follow ? 'latest' : 'earliest'), nowMs);
  const to = options.to === undefined ? (follow ? undefined : 'latest') : parsePosition(options.to, nowMs);
  const partitions = parsePartitions(options.partition);
  const passedOver = new PassedOver(session);
  return await session.withMesh(async (mesh) => {
    const consumer = mesh.consume({
      stream,
      from,
      signal: AbortSignal.any([environment.interrupted, sink.closed]),
      ...(to === undefined ? {} : { to }),
      ...(options.count === undefined ? {} : { count: options.count }),
      ...(partitions === undefined ? {} : { partitions }),
      ...(options.filter === undefined ? {} : { filter: options.filter }),
      ...(options.isolation === undefined ? {} : { isolation: options.isolation }),
      onEvent: (event) => {
        if (event.kind === 'filter-failed') passedOver.add(event.records, event.cause);
        if (event.kind === 'interrupted' && environment.stderr.isTTY === true) {
          session.note(`partition ${event.partition}: ${event.error.message}; looking for its leader`);
        }
      },
    });
    if (format === 'json') await printArray(session, consumer);
    else for await (const record of consumer) await sink.write(lineOf(record, format));
    passedOver.tell();
    return environment.interrupted.aborted ? EXIT.interrupted : EXIT.ok;
  });
}

async function printArray(session: Session, consumer: Consumer): Promise<void> {
  let separator = '[\n';
  for await (const record of consumer) {
    await session.sink.write(`${separator}  ${JSON.stringify(showRecord(record))}`);
    separator = ',\n';
  }
  await session.sink.write(separator === '[\n' ? '[]\n' : '\n]\n');
}

const NEWLINE = Buffer.from('\n');

/** Tables of unknown length have fixed columns. */
function lineOf(record: ConsumedRecord, format: Exclude<Format, 'json'>): string | Uint8Array {
  switch (format) {
    case 'jsonl':
      return `${JSON.stringify(showRecord(record))}\n`;
    case 'yaml':
      return `---\n${stringify(showRecord(record))}`;
    case 'raw':
      return Buffer.concat([record.value ?? new Uint8Array(0), NEWLINE]);
    case 'table':
    case 'wide': {
      const key = record.key === undefined ? '-' : shortened(showBytes(record.key).text, 24);
      const value = record.value === undefined ? '-' : showBytes(record.value).text;
      const place = `${record.partition}/${record.offset}`.padEnd(12);
      const headers = format === 'wide' ? `${headerText(showRecord(record))}  ` : '';
      return `${place} ${showTime(record.timestamp)}  ${key.padEnd(12)}  ${headers}${value}\n`;
    }
  }
}

function headerText(record: ShownRecord): string {
  return record.headers.length === 0
    ? '-'
    : record.headers.map((header) => `${header.key}=${header.value ?? ''}`).join(' ');
}

function shortened(text: string, charsMax: number): string {
  return text.length <= charsMax ? text : `${text.slice(0, charsMax - 1)}…`;
}
