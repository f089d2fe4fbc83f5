/**
 * `flowmesh stream consume --group`: as a member of a consumer group, from where the group is. What was printed is committed, so that the
 * next one goes on behind it.
 */
import type { ConsumedRecord, GroupConsumerEvent, TopicPartition } from '@flowmesh/client';
import { EXIT } from '../exit-codes.ts';
import { usageError } from '../failure.ts';
import type { Session } from '../session.ts';
import type { ConsumeCommandOptions } from './consume.ts';
import { PassedOver } from './passed-over.ts';

export async function consumeInGroup(
  session: Session,
  stream: string,
  group: string,
  options: ConsumeCommandOptions,
  print: (record: ConsumedRecord) => string | Uint8Array,
): Promise<number> {
  const from = beginning(options);
  const { environment, sink } = session;
  const passedOver = new PassedOver(session);
  return await session.withMesh(async (mesh) => {
    const consumer = mesh.consumer({
      group,
      streams: [stream],
      from,
      autoCommit: true,
      clientId: 'flowmesh stream consume',
      filter: options.filter,
      isolation: options.isolation,
      signal: AbortSignal.any([environment.interrupted, sink.closed]),
      onEvent: (event) => {
        if (event.kind === 'filter-failed') passedOver.add(event.records, event.cause);
        else note(session, event);
      },
    });
    let count = 0;
    if (options.count !== 0) {
      for await (const record of consumer) {
        await sink.write(print(record));
        // What is committed next has left this process.
        await sink.flush();
        count += 1;
        if (count !== options.count) continue;
        await consumer.commit();
        break;
      }
    }
    await consumer.close();
    passedOver.tell();
    return environment.interrupted.aborted ? EXIT.interrupted : EXIT.ok;
  });
}

/** Where to begin in partitions of which the group has no offset; everything else is the group's business. */
function beginning(options: ConsumeCommandOptions): 'earliest' | 'latest' {
  const { from = 'earliest' } = options;
  const alone = options.to ?? options.partition;
  if (alone !== undefined)
    throw usageError(
      '--to and --partition do not go with --group',
      'A group shares out whole partitions, and has no end.',
    );
  if (from !== 'earliest' && from !== 'latest')
    throw usageError(
      `--from ${from} does not go with --group`,
      'Put the group there: flowmesh group reset NAME --to PLACE',
    );
  return from;
}

function note(
  session: Session,
  event: Exclude<GroupConsumerEvent, { readonly kind: 'filter-failed' }>,
): void {
  const atTerminal = session.environment.stderr.isTTY === true;
  switch (event.kind) {
    case 'joined':
      return;
    case 'assigned':
    case 'revoked':
      if (atTerminal && event.partitions.length > 0)
        session.note(`${event.kind}: ${namesOf(event.partitions)}`);
      return;
    case 'lost':
      session.note(`lost ${namesOf(event.partitions)}: ${event.error.message}`);
      return;
    case 'reset':
      if (event.reason === 'out-of-range' || atTerminal)
        session.note(`${namesOf([event.partition])}: begins at offset ${event.to} (${event.reason})`);
      return;
    case 'trouble':
      if (atTerminal) session.note(`${event.error.message}; trying again`);
      return;
  }
}

function namesOf(partitions: readonly TopicPartition[]): string {
  return partitions.map(({ stream, partition }) => `${stream}/${partition}`).join(' ');
}
