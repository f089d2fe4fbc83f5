/** `flowmesh stream create|list|describe|alter|delete|offsets|truncate`, and the options of publish and consume. */
import {
  type FlowMesh,
  isFlowError,
  type PartitionInfo,
  type PartitionOffsets,
  type StreamDescription,
  type StreamInfo,
} from '@flowmesh/client';
import { type Command, Option } from 'commander';
import { collect, parseSettings } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { confirmAtTerminal } from '../interaction/confirm.ts';
import { type Column, formatBytes, isStructured } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { addAlter } from './alter.ts';
import { STREAM_COLUMNS } from './columns.ts';
import { consume } from './consume.ts';
import { parsePartitions, parsePosition, wholeOption } from './positions.ts';
import { publish } from './publish.ts';

const PARTITIONS_MAX = 100_000;
const LEADERS_TIMEOUT_MS = 2_000;

export function addStreamCommands(program: Command, context: ProgramContext): void {
  const stream = program.command('stream').description('streams: partitioned, replicated logs of records');
  addCreate(stream, context);
  addList(stream, context);
  addDescribe(stream, context);
  addAlter(stream, context);
  addDelete(stream, context);
  addPublish(stream, context);
  addConsume(stream, context);
  addOffsets(stream, context);
  addTruncate(stream, context);
}

/** With what waits for its time, where the leader has told. */
type ShownPartition = PartitionInfo & Partial<Pick<PartitionOffsets, 'delayedBatches' | 'nextDueAt'>>;

const PARTITION_COLUMNS: readonly Column<ShownPartition>[] = [
  { header: 'partition', cell: (row) => row.partition },
  { header: 'leader', cell: (row) => row.leader ?? 'none' },
  { header: 'epoch', cell: (row) => row.leaderEpoch },
  { header: 'replicas', cell: (row) => row.replicas.join(',') },
  { header: 'in sync', cell: (row) => row.inSyncReplicas.join(',') },
  { header: 'start', cell: (row) => row.logStartOffset },
  { header: 'end', cell: (row) => row.highWatermark },
  { header: 'size', cell: (row) => formatBytes(row.sizeBytes) },
  { header: 'delayed', cell: (row) => row.delayedBatches },
  {
    header: 'next due',
    cell: (row) => (row.nextDueAt === undefined ? undefined : showTime(row.nextDueAt)),
    wide: true,
  },
];

const OFFSET_COLUMNS: readonly Column<PartitionOffsets>[] = [
  { header: 'partition', cell: (row) => row.partition },
  { header: 'offset', cell: (row) => row.offset },
  { header: 'start', cell: (row) => row.logStartOffset },
  { header: 'end', cell: (row) => row.highWatermark },
  { header: 'epoch', cell: (row) => row.leaderEpoch },
  {
    header: 'time',
    cell: (row) => (row.timestamp === undefined ? undefined : showTime(row.timestamp)),
    wide: true,
  },
];

function addCreate(stream: Command, context: ProgramContext): void {
  const command = stream
    .command('create <name>')
    .description('create a stream')
    .option(
      '-p, --partitions <n>',
      'number of partitions',
      wholeOption('--partitions', { min: 1, max: PARTITIONS_MAX }),
    )
    .option(
      '-r, --replication-factor <n>',
      'copies of every record',
      wholeOption('--replication-factor', { min: 1, max: 255 }),
    )
    .option('-c, --config <key=value>', 'configuration, may be repeated', collect)
    .option('--if-not-exists', 'succeed where the stream is there already');
  handle<{ partitions?: number; replicationFactor?: number; config?: string[]; ifNotExists?: boolean }>(
    command,
    context,
    async (session, options, [name = '']) => {
      await session.withMesh(async (mesh) => {
        let info: StreamInfo;
        try {
          info = await mesh.streams.create({
            name,
            partitions: options.partitions,
            replicationFactor: options.replicationFactor,
            config: parseSettings(options.config ?? []),
            ...session.callOptions,
          });
        } catch (error) {
          if (options.ifNotExists !== true || (error as { code?: string }).code !== 'ALREADY_EXISTS')
            throw error;
          const { partitionInfos: _, ...existing } = await mesh.streams.get(name, session.callOptions);
          info = existing;
        }
        await session.one(info, STREAM_COLUMNS);
      });
    },
  );
}

function addList(stream: Command, context: ProgramContext): void {
  const command = stream
    .command('list')
    .alias('ls')
    .description('list streams')
    .option('--prefix <text>', 'only names that begin so');
  handle<{ prefix?: string }>(command, context, async (session, options) => {
    await session.withMesh(async (mesh) => {
      const rows: StreamInfo[] = [];
      const filter = options.prefix === undefined ? {} : { prefix: options.prefix };
      for await (const info of mesh.streams.list({ ...filter, ...session.callOptions })) rows.push(info);
      await session.list(rows, STREAM_COLUMNS);
      if (rows.length === 0 && !isStructured(session.style().format)) {
        session.note('No streams yet. Create one: flowmesh stream create NAME');
      }
    });
  });
}

function addDescribe(stream: Command, context: ProgramContext): void {
  const command = stream.command('describe <name>').description('show a stream and its partitions');
  handle(command, context, async (session, _options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      const stream = await mesh.streams.get(name, session.callOptions);
      const found = { ...stream, partitionInfos: await toldByLeaders(session, mesh, stream) };
      if (isStructured(session.style().format)) {
        await session.one<StreamDescription>(found, STREAM_COLUMNS);
        return;
      }
      await session.one<StreamInfo>(
        found,
        STREAM_COLUMNS.map(({ header, cell }) => ({ header, cell })),
      );
      if (session.style().format === 'raw') return;
      await session.sink.write('\n');
      await session.list(found.partitionInfos, PARTITION_COLUMNS);
    });
  });
}

/**
 * Offsets as they are now, and what is delayed. What the answering node has heard of other nodes' partitions is some seconds old; that is shown where
 * leaders do not answer soon.
 */
async function toldByLeaders(
  session: Session,
  mesh: FlowMesh,
  { name, partitionInfos }: StreamDescription,
): Promise<readonly ShownPartition[]> {
  const led = partitionInfos.flatMap(({ leader, partition }) => (leader === undefined ? [] : [partition]));
  const told = await mesh.streams
    .offsets({ stream: name, partitions: led }, { ...session.callOptions, timeoutMs: LEADERS_TIMEOUT_MS })
    .catch((error: unknown) => {
      if (isFlowError(error)) return [];
      throw error;
    });
  const byPartition = new Map(told.map((one) => [one.partition, one]));
  return partitionInfos.map((info) => {
    const one = byPartition.get(info.partition);
    if (one === undefined) return info;
    const { logStartOffset, highWatermark, delayedBatches, nextDueAt } = one;
    return {
      ...info,
      logStartOffset,
      highWatermark,
      delayedBatches,
      ...(nextDueAt === undefined ? {} : { nextDueAt }),
    };
  });
}

function addDelete(stream: Command, context: ProgramContext): void {
  const command = stream
    .command('delete <name>')
    .description('delete a stream and all its records')
    .option('-y, --yes', 'do not ask');
  handle<{ yes?: boolean }>(command, context, async (session, options, [name = '']) => {
    await session.withMesh(async (mesh) => {
      await confirmAtTerminal(session, options.yes, async () => {
        const described = await mesh.streams.get(name, session.callOptions);
        const partitionInfos = await toldByLeaders(session, mesh, described);
        const records = partitionInfos.reduce(
          (sum, info) => sum + info.highWatermark - info.logStartOffset,
          0,
        );
        return `Delete stream ${name} with ${records} records?`;
      });
      await mesh.streams.delete(name, session.callOptions);
      await session.one({ name, deleted: true }, [
        { header: 'name', cell: (row) => row.name },
        { header: 'deleted', cell: (row) => row.deleted },
      ]);
    });
  });
}

function addOffsets(stream: Command, context: ProgramContext): void {
  const command = stream
    .command('offsets <name>')
    .description('show offsets of partitions')
    .option('--at <place>', 'earliest, latest or @time', 'latest')
    .option('--partition <n>', 'only this partition, may be repeated', collect);
  handle<{ at: string; partition?: string[] }>(command, context, async (session, options, [name = '']) => {
    const at = parsePosition(options.at, session.environment.wallMs());
    if (typeof at === 'number' || (typeof at === 'object' && 'offsets' in at)) {
      throw usageError(`${options.at} is not a place to look up`, 'Write earliest, latest or @time.');
    }
    await session.withMesh(async (mesh) => {
      const query = { stream: name, partitions: parsePartitions(options.partition), at };
      await session.list(await mesh.streams.offsets(query, session.callOptions), OFFSET_COLUMNS);
    });
  });
}

function addTruncate(stream: Command, context: ProgramContext): void {
  const command = stream
    .command('truncate <name>')
    .description('delete the records of a partition before an offset')
    .requiredOption(
      '--partition <n>',
      'the partition',
      wholeOption('--partition', { min: 0, max: PARTITIONS_MAX }),
    )
    .requiredOption('--before <offset>', 'an offset, or latest for all records')
    .option('-y, --yes', 'do not ask');
  handle<{ partition: number; before: string; yes?: boolean }>(
    command,
    context,
    async (session, options, [name = '']) => {
      const before = parsePosition(options.before, session.environment.wallMs());
      if (typeof before !== 'number' && before !== 'latest') {
        throw usageError(`${options.before} is not an end for truncation`, 'Write an offset, or latest.');
      }
      await session.withMesh(async (mesh) => {
        const place = before === 'latest' ? 'all records' : `the records before offset ${before}`;
        await confirmAtTerminal(session, options.yes, () =>
          Promise.resolve(`Delete ${place} of ${name}/${options.partition}?`),
        );
        const where = { stream: name, partition: options.partition, beforeOffset: before } as const;
        const { logStartOffset } = await mesh.streams.truncate(where, session.callOptions);
        await session.one({ stream: name, partition: options.partition, logStartOffset }, [
          { header: 'log start offset', cell: (row) => row.logStartOffset },
        ]);
      });
    },
  );
}

function addPublish(stream: Command, context: ProgramContext): void {
  const command = stream
    .command('publish <name>')
    .description('publish standard input, one record per line')
    .option('-f, --file <path>', 'read this file instead of standard input')
    .option('--ndjson', 'lines are JSON; empty lines are skipped (implied by the -field options)')
    .option('--key-field <path>', 'key: this field of the JSON line, for instance user.id')
    .option('--value-field <path>', 'value: this field of the JSON line; default the whole line')
    .option('--timestamp-field <path>', 'timestamp: this field of the JSON line, ISO 8601 or milliseconds')
    .option('-k, --key <text>', 'key of every record')
    .option('-H, --header <key=value>', 'header of every record, may be repeated', collect)
    .option(
      '--partition <n>',
      'partition of every record',
      wholeOption('--partition', { min: 0, max: PARTITIONS_MAX }),
    )
    .option(
      '--rate <n>',
      'at most so many records a second',
      wholeOption('--rate', { min: 1, max: 100_000_000 }),
    )
    .addOption(
      new Option('--compression <codec>', 'compression of batches')
        .choices(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
        .default('none'),
    )
    .addOption(
      new Option('--acks <when>', 'acknowledge once a majority, or the leader alone, has it on disk')
        .choices(['all', 'leader'])
        .default('all'),
    )
    .option('--receipts', 'print where each record lies, as JSON lines, instead of a summary');
  handle(command, context, publish);
}

function addConsume(stream: Command, context: ProgramContext): void {
  const command = stream
    .command('consume <name>')
    .description('print records: what is there now, or with --follow also what comes')
    .option(
      '--from <place>',
      'earliest, latest, an offset, or @time (default: earliest; with --follow latest)',
    )
    .option('--to <place>', 'end before this place')
    .option(
      '-n, --count <n>',
      'end after so many records',
      wholeOption('--count', { min: 0, max: Number.MAX_SAFE_INTEGER }),
    )
    .option('-f, --follow', 'go on with records as they come')
    .option(
      '--group <name>',
      'as a member of this consumer group, from where it is; commits what was printed',
    )
    .option(
      '--filter <cel>',
      "only records that match, for instance 'payload.total > 100'; see docs/filters.md",
    )
    .addOption(
      new Option(
        '--isolation <level>',
        'records of transactions: once committed, or also before and for good',
      )
        .choices(['committed', 'uncommitted'])
        .default('committed'),
    )
    .option('--partition <n>', 'only this partition, may be repeated', collect);
  handle(command, context, consume);
}
