import type { Mutant } from '../../mutants/mutant.ts';

const COORDINATOR = 'packages/engines/src/coordinator/';
const STREAM = 'packages/engines/src/stream/';
const SERVICES = 'packages/broker/src/services/';

/** Of the coordinators. */
const DECISIONS: readonly Mutant[] = [
  {
    name: 'markers-before-the-decision',
    world: 'coordination',
    fault: 'participants are told of the end before it is decided for good',
    file: `${SERVICES}transaction/transaction-driver.ts`,
    find: "  return state === 'prepare-commit' || state === 'prepare-abort';",
    replace: "  return state !== 'empty';",
    seed: 1,
    within: 60,
  },
  {
    name: 'participant-forgotten',
    world: 'coordination',
    fault: 'the coordinator forgets a participant',
    file: `${SERVICES}transaction/transaction-driver.ts`,
    find: 'transaction.participants.map((one) =>',
    replace: 'transaction.participants.slice(1).map((one) =>',
    seed: 1,
    within: 60,
  },
  {
    name: 'decided-again',
    world: 'coordination',
    fault: 'a process that takes the id aborts what was being committed',
    file: `${COORDINATOR}transaction-commands.ts`,
    find: "    case 'ongoing':\n      prepare(state, known, { commit: false, reason: expected === undefined ? 'fenced' : 'renewed' }, writer);\n      return stillEnding(id);\n    case 'prepare-commit':\n",
    replace:
      "    case 'ongoing':\n    case 'prepare-commit':\n      prepare(state, known, { commit: false, reason: 'fenced' }, writer);\n      return stillEnding(id);\n",
    seed: 11,
    within: 120,
  },
  {
    name: 'aborted-offsets-committed',
    world: 'coordination',
    fault: 'an abort commits the offsets that the transaction had staged',
    file: `${COORDINATOR}offset-commands.ts`,
    find: 'if (!commit || known?.admitted !== round) continue;',
    replace: 'if (known?.admitted !== round) continue;',
    seed: 1,
    within: 60,
  },
  {
    name: 'late-offsets-staged',
    world: 'coordination',
    fault: 'offsets of a transaction that has ended are staged, and nobody ends them',
    file: `${COORDINATOR}offset-commands.ts`,
    find: '  const refused = refuseUnadmitted(state, command);\n',
    replace: '  const refused = undefined;\n',
    seed: 1,
    within: 60,
  },
  {
    name: 'round-used-again',
    world: 'coordination',
    fault: 'the next transaction has the round of the one before',
    file: `${COORDINATOR}transaction-commands.ts`,
    find: 'round: current.round + 1,',
    replace: 'round: current.round,',
    seed: 1,
    within: 60,
  },
  {
    name: 'admitted-before-it-is-added',
    world: 'coordination',
    fault: 'a transaction is let in before its coordinator has noted for good where it has to be ended',
    file: `${SERVICES}transaction/transaction-service.ts`,
    find: '    const reply = await proposeTo(shard, command, PROPOSE_TIMEOUT_MS);\n    if (reply.kind',
    replace:
      '    const early = shard.machine.transactions.get(claim.id);\n    if (early !== undefined) await Promise.all(participants.map((one) => this.admit({ shard, id: claim.id }, one, { ...claim, round: early.round })));\n    const reply = await proposeTo(shard, command, PROPOSE_TIMEOUT_MS);\n    if (reply.kind',
    seed: 1,
    within: 60,
  },
];

/** Of partitions. */
const RECORDS: readonly Mutant[] = [
  {
    name: 'stable-beyond-an-open-transaction',
    world: 'coordination',
    fault: 'the last stable offset ignores open transactions',
    file: `${STREAM}transaction-table.ts`,
    find: '    for (const firstOffset of this.open.values()) return firstOffset;\n',
    replace: '',
    seed: 1,
    within: 60,
  },
  {
    name: 'aborted-records-shown',
    world: 'coordination',
    fault: 'readers of what is committed see aborted records',
    file: `${SERVICES}stream/read-view.ts`,
    find: "view.isolation === 'committed' ? abortedOf(partition, from, page) : []",
    replace: "view.isolation !== 'committed' ? abortedOf(partition, from, page) : []",
    seed: 1,
    within: 60,
  },
  {
    name: 'late-batch-opens-again',
    world: 'coordination',
    fault: 'a batch that comes after the marker opens its transaction again',
    file: `${STREAM}producer-table.ts`,
    find: '  if (transactional && entry.admitted < 0) {\n',
    replace: '  if (transactional && entry.admitted < -1) {\n',
    seed: 1,
    within: 120,
  },
  {
    name: 'open-transactions-not-restored',
    world: 'coordination',
    fault: 'a restart forgets which transactions are open',
    file: `${STREAM}producer-table.ts`,
    find: '      .filter(({ openFrom }) => openFrom >= 0)\n',
    replace: '      .filter(({ openFrom }) => openFrom > 1_000_000)\n',
    seed: 10,
    within: 60,
  },
  {
    name: 'older-marker-ends-a-later-transaction',
    world: 'coordination',
    fault: 'a marker of an older transaction, sent by a former coordinator, ends the one that is open now',
    file: `${STREAM}producer-table.ts`,
    find: '  return entry !== undefined && (round <= entry.endedRound || round < entry.admitted);',
    replace: '  return entry !== undefined && round === entry.endedRound && entry.admitted < 0;',
    seed: 1,
    within: 60,
  },
  {
    name: 'marker-by-epoch',
    world: 'coordination',
    fault: 'a marker is taken for old by its epoch alone, which a producer keeps over many transactions',
    file: `${STREAM}producer-table.ts`,
    find: 'export function isPast(entry: ProducerEntry | undefined, { round }: TransactionRound): boolean {\n',
    replace:
      'export function isPast(entry: ProducerEntry | undefined, { round, producerEpoch }: TransactionRound): boolean {\n  if (entry !== undefined && producerEpoch === entry.epoch && entry.admitted >= 0) return false;\n',
    seed: 1,
    within: 60,
  },
];

/** Of queues. */
const JOBS: readonly Mutant[] = [
  {
    name: 'aborted-jobs-delivered',
    world: 'coordination',
    fault: 'jobs that an aborted transaction has enqueued are delivered',
    file: 'packages/engines/src/queue/staged-work.ts',
    find: 'if (commit) intake.commit(meta, writer);',
    replace: 'if (commit || meta.lease === undefined) intake.commit(meta, writer);',
    seed: 4,
    within: 60,
  },
  {
    name: 'aborted-acknowledgement-counts',
    world: 'coordination',
    fault: 'a job that an aborted transaction has acknowledged is done',
    file: 'packages/engines/src/queue/staged-work.ts',
    find: '      } else if (commit) {',
    replace: '      } else if (commit || meta.lease !== undefined) {',
    seed: 4,
    within: 60,
  },
];

export const TRANSACTION_MUTANTS: readonly Mutant[] = [...DECISIONS, ...RECORDS, ...JOBS];
