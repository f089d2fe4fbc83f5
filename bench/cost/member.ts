/**
 * `npm run bench:member [-- --work put --work queue] [--operations N] [--in-flight 256] [--payload 256] [--keys 1000] [--per-command 1]`: what an
 * operation costs one member of a group: processor time, and rows, bytes and fsyncs of RocksDB, which are the same on any machine. One process, so
 * that it can be measured where three nodes would starve. `--per-command` puts go in one command.
 */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { OneMember, Proposer, repeat, WORKS, type WorkSettings } from './one-member.ts';
import { processorSum, processorTime, THREADS } from './process-cost.ts';

// As `main.ts` of the broker sets them.
setFlagsFromString('--heap-growing-percent=100');
setFlagsFromString('--scavenger-max-new-space-capacity-mb=4');

interface Settings extends WorkSettings {
  readonly operations: number;
  readonly inFlight: number;
}

async function measure(name: keyof typeof WORKS, settings: Settings): Promise<void> {
  const { kind, open } = WORKS[name];
  await using member = await OneMember.open(kind);
  const operate = open(new Proposer(member.replica), settings);
  const warmup = Math.ceil(settings.operations / 3 / settings.perCommand) * settings.perCommand;
  const operations = warmup * 3;
  const inFlight = Math.ceil(settings.inFlight / settings.perCommand) * settings.perCommand;
  await repeat(warmup, inFlight, operate);
  const [before, startMs, writtenBefore] = [processorTime(process.pid), performance.now(), member.written()];
  await repeat(operations, inFlight, (n, done) => operate(warmup + n, done));
  const [after, endMs, written] = [processorTime(process.pid), performance.now(), member.written()];
  const each = THREADS.map((thread) => [thread, (after[thread] - before[thread]) / operations] as const);
  const sum = (processorSum(after) - processorSum(before)) / operations;
  const threads = each.map(([thread, us]) => `${thread} ${us.toFixed(1)}`).join('  ');
  const rate = Math.round((operations * 1_000) / (endMs - startMs));
  const rows = (written.rows - writtenBefore.rows) / operations;
  const bytes = (written.bytes - writtenBefore.bytes) / operations;
  const fsyncs = (written.fsyncs - writtenBefore.fsyncs) / operations;
  console.log(
    `${name}: ${sum.toFixed(1)} µs/op of one member  (${threads})  ${rows.toFixed(2)} rows/op  ${bytes.toFixed(0)} B/op  ${fsyncs.toFixed(3)} fsyncs/op  ${rate}/s`,
  );
}

const { values } = parseArgs({
  options: {
    work: { type: 'string', multiple: true, default: Object.keys(WORKS) },
    operations: { type: 'string', default: '60000' },
    'in-flight': { type: 'string', default: '256' },
    payload: { type: 'string', default: '256' },
    keys: { type: 'string', default: '1000' },
    'per-command': { type: 'string', default: '1' },
  },
});
const numbers = [values.operations, values['in-flight'], values.payload, values.keys, values['per-command']];
if (!numbers.map(Number).every((one) => Number.isInteger(one) && one >= 1))
  throw new Error('operations, in-flight, payload, keys and per-command are whole numbers from 1');
for (const work of values.work) {
  if (!(work in WORKS)) throw new Error(`unknown work ${work}; there are ${Object.keys(WORKS).join(', ')}`);
  await measure(work as keyof typeof WORKS, {
    operations: Number(values.operations),
    inFlight: Number(values['in-flight']),
    payload: new Uint8Array(Number(values.payload)).fill(97),
    keys: Number(values.keys),
    perCommand: Number(values['per-command']),
  });
}
