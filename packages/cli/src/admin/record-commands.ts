/** `flowmesh-admin audit` and `snapshot`: who changed what, and the metadata of the cluster as a file. */
import type { AuditEntry } from '@flowmesh/client';
import type { Command } from 'commander';
import type { Column } from '../output/format.ts';
import { showTime } from '../output/times.ts';
import { handle, type ProgramContext } from '../program.ts';
import { wholeOption } from '../stream/positions.ts';
import { writeNewFile } from './new-file.ts';

const AUDIT: readonly Column<AuditEntry>[] = [
  { header: 'time', cell: (row) => showTime(row.time) },
  { header: 'by', cell: (row) => row.by },
  { header: 'change', cell: (row) => row.kind },
  { header: 'subject', cell: (row) => row.subject },
  { header: 'detail', cell: (row) => row.detail },
  { header: 'revision', cell: (row) => row.revision, wide: true },
];

export function addRecordCommands(program: Command, context: ProgramContext): void {
  const audit = program
    .command('audit')
    .description('the latest changes and who made them, newest first')
    .option('--limit <n>', 'at most so many', wholeOption('--limit', { min: 1, max: 10_000 }), 100);
  handle<{ limit: number }>(audit, context, (session, options) =>
    session.withMesh(async (mesh) => {
      await session.list(await mesh.cluster.audit({ limit: options.limit, ...session.callOptions }), AUDIT);
    }),
  );
  const snapshot = program
    .command('snapshot')
    .description('write the metadata of the cluster (no records) to a file, as JSON')
    .option(
      '-f, --file <path>',
      'the file, or - for standard output (default: metadata-CLUSTER-REVISION.json)',
    )
    .option('--overwrite', 'replace a file that is there');
  handle<{ file?: string; overwrite?: boolean }>(snapshot, context, (session, options) =>
    session.withMesh(async (mesh) => {
      const { clusterId } = await mesh.metadata([], session.callOptions);
      const { json, revision } = await mesh.cluster.exportMetadata(session.callOptions);
      if (options.file === '-') {
        await session.sink.write(json);
        return;
      }
      const name = options.file ?? `metadata-${clusterId}-${revision}.json`;
      const file = writeNewFile(session.environment.cwd, name, json, options.overwrite === true);
      await session.one({ file, revision, bytes: json.length, clusterId }, [
        { header: 'file', cell: (row) => row.file },
        { header: 'revision', cell: (row) => row.revision },
        { header: 'bytes', cell: (row) => row.bytes },
      ]);
    }),
  );
}
