/**
 * `flowmesh-admin recover`: the last resort for a partition that has lost the majority of its replicas. Says what is lost as far as
 * anybody knows, and goes on only for those who have accepted it in so many words.
 */
import type { FlowMesh, PartitionDetail } from '@flowmesh/client';
import type { Command } from 'commander';
import { parseNode, parsePlace, type Place, showPlace } from '../command-options.ts';
import { usageError } from '../failure.ts';
import { ask } from '../interaction/confirm.ts';
import { isStructured } from '../output/format.ts';
import { handle, type ProgramContext } from '../program.ts';
import type { Session } from '../session.ts';
import { PARTITION_COLUMNS } from './partition-columns.ts';

interface RecoverOptions {
  readonly survivor?: string;
  readonly reason: string;
  readonly dryRun?: boolean;
  readonly yesIAcceptDataLoss?: boolean;
}

export function addRecoverCommand(program: Command, context: ProgramContext): void {
  const command = program
    .command('recover <partition> [number]')
    .description('UNSAFE: make one replica the whole of a partition whose other replicas are lost')
    .requiredOption('--reason <text>', 'why; it stands in the audit trail')
    .option('--survivor <node>', 'the replica to keep (default: the only one that is reached)')
    .option('--dry-run', 'only tell what would be lost')
    .option('--yes-i-accept-data-loss', 'do not ask');
  handle<RecoverOptions>(command, context, (session, options, args) =>
    session.withMesh((mesh) => recover(session, mesh, options, parsePlace(args))),
  );
}

async function recover(
  session: Session,
  mesh: FlowMesh,
  options: RecoverOptions,
  place: Place,
): Promise<void> {
  const text = showPlace(place);
  const { reason } = options;
  if (reason.trim() === '')
    throw usageError('the reason is empty', 'Say why: --reason "disks of node 2 and 3 lost".');
  const found = await mesh.cluster.partitions.describe(place, session.callOptions);
  const survivor = options.survivor === undefined ? onlyReached(found, text) : parseNode(options.survivor);
  const request = { ...place, survivor, reason };
  const { risks } = await mesh.cluster.partitions.recover(request, { dryRun: true, ...session.callOptions });
  explain(session, text, survivor, found, risks);
  if (options.dryRun === true) {
    await report(session, { ...request, dryRun: true, risks, partition: found });
    session.note('Nothing was changed (--dry-run).');
    return;
  }
  if (options.yesIAcceptDataLoss !== true) await typed(session, text);
  const done = await mesh.cluster.partitions.recover(request, session.callOptions);
  await report(session, { ...request, dryRun: false, risks: done.risks, partition: done.partition });
  session.note(
    `Decided: node ${survivor} becomes the whole of ${text}, and then gets its other replicas again by itself, on nodes that are reached. ` +
      `See how far it is: flowmesh-admin partitions describe ${text}`,
  );
}

function onlyReached(found: PartitionDetail, text: string): number {
  const reached = found.replicas.filter((node) => !found.offlineReplicas.includes(node));
  const [only] = reached;
  if (only !== undefined && reached.length === 1) return only;
  throw usageError(
    `${text} has ${reached.length} replicas that are reached`,
    reached.length === 0
      ? 'Start a node that holds one, or name the survivor: --survivor N.'
      : `Name the one to keep: --survivor ${reached.join(' or ')}.`,
  );
}

function explain(
  session: Session,
  text: string,
  survivor: number,
  found: PartitionDetail,
  risks: readonly string[],
): void {
  session.note(
    `Recovering ${text} keeps the copy of node ${survivor} and gives up every other one for good.`,
  );
  session.note(
    'Records that were acknowledged but are only on the others are lost, and nobody can tell which.',
  );
  session.note('If one of the other nodes can still be started, start it instead: then nothing is lost.');
  session.note(`Known: offsets ${found.logStartOffset} to ${found.highWatermark}, in sync ${listOf(found)}.`);
  for (const risk of risks) session.note(`risk: ${risk}`);
}

function listOf(found: PartitionDetail): string {
  return found.inSyncReplicas.length === 0 ? 'unknown' : found.inSyncReplicas.join(',');
}

async function typed(session: Session, text: string): Promise<void> {
  if (session.environment.stdin.isTTY !== true) {
    throw usageError('not confirmed', 'Nobody can be asked here. Add --yes-i-accept-data-loss if you do.');
  }
  const answer = await ask(session, `Type ${text} to accept that: `);
  if (answer !== text) throw usageError('nothing was changed', `That was not ${text}.`);
}

interface Recovered {
  readonly stream: string;
  readonly partition: PartitionDetail;
  readonly survivor: number;
  readonly reason: string;
  readonly dryRun: boolean;
  readonly risks: readonly string[];
}

async function report(session: Session, row: Recovered): Promise<void> {
  if (isStructured(session.style().format)) {
    const { survivor, reason, dryRun, risks, partition } = row;
    await session.one({ dryRun, survivor, reason, risks, partition }, []);
  } else await session.list([row.partition], PARTITION_COLUMNS);
}
