/**
 * Partitions as logs: what producers were told, what readers were handed and what is there at the end are one and the same.
 *
 *   lost                  acknowledged, and not in a whole reading that began afterwards
 *   duplicate             one value at two offsets
 *   inconsistent offsets  two values at one offset, or another offset than was acknowledged
 *   aborted read          a value that failed, or of an aborted transaction, was read
 *   made up               a value that nobody sent
 *   reordered             values of one send, or of one process after another, lie in another order
 *   poll skip             a reader passed over a record that was there
 *   non-monotonic poll    a reader was handed an offset again, or an earlier one
 *   watermark regression  an end below one that a leader of this epoch or an earlier one had told before it was asked for
 */
import { type Call, callsOf } from '../history/calls.ts';
import type { Checker } from '../history/operation.ts';
import type {
  PollAnswer,
  PolledRecord,
  ReadAllAnswer,
  ReadAllAsked,
  SendAnswer,
  SendAsked,
  WatermarkAnswer,
  WatermarkAsked,
} from '../history/stream-values.ts';
import { Anomalies } from './anomalies.ts';

const WANTED: ReadonlySet<string> = new Set(['send', 'poll', 'read-all', 'watermark']);

interface Sent {
  readonly call: Call;
  readonly partition: number;
  /** Place within its send. */
  readonly place: number;
  /** Undefined: not acknowledged. */
  readonly offset: number | undefined;
}

interface Lying {
  readonly value: string;
  /** The first who saw it there. */
  readonly call: Call;
}

export const streamLog: Checker = (history) => {
  const calls = callsOf(history, WANTED);
  const logs = new StreamLogs();
  for (const call of calls.filter(({ f }) => f === 'send')) logs.send(call);
  for (const call of inOrderOfAnswers(calls)) {
    if (call.type !== 'ok') continue;
    if (call.f === 'poll') logs.poll(call);
    if (call.f === 'read-all') logs.readAll(call);
  }
  logs.checkSends();
  for (const call of calls.filter(({ f }) => f === 'poll' || f === 'read-all')) logs.checkReading(call);
  logs.checkWatermarks(calls);
  return logs.verdict();
};

const inOrderOfAnswers = (calls: readonly Call[]): readonly Call[] => calls.toSorted((a, b) => a.to - b.to);

interface End {
  readonly partition: number;
  readonly end: number;
  readonly epoch: number;
  readonly call: Call;
}

function endOf(call: Call): End | undefined {
  if (call.type !== 'ok' || (call.f !== 'watermark' && call.f !== 'read-all')) return undefined;
  const { partition } = call.asked as WatermarkAsked;
  if (call.f === 'watermark') {
    const { offset, epoch } = call.answer as WatermarkAnswer;
    return { partition, end: offset, epoch, call };
  }
  const { end, epoch } = call.answer as ReadAllAnswer;
  return { partition, end, epoch, call };
}

class StreamLogs {
  private readonly anomalies = new Anomalies();
  private readonly sent = new Map<string, Sent>();
  private readonly sends: Call[] = [];
  /** By partition and offset. */
  private readonly lying = new Map<number, Map<number, Lying>>();
  /** By partition and value: the offset. */
  private readonly places = new Map<string, number>();
  private readonly reading = new Map<string, { next: number; call: Call }>();
  private readonly wholes: Call[] = [];
  /** By reader and partition: the last offset that it was handed. */
  private readonly passed = new Map<string, number>();
  private read = 0;
  private acknowledged = 0;
  private former = 0;

  // ---- what was sent

  send(call: Call): void {
    const { partition, values } = call.asked as SendAsked;
    const offsets = call.type === 'ok' ? (call.answer as SendAnswer).offsets : [];
    this.sends.push(call);
    for (const [place, value] of values.entries()) {
      const offset = offsets[place];
      this.sent.set(value, { call, partition, place, offset });
      if (offset === undefined) continue;
      this.acknowledged++;
      this.lies(call, [partition, offset, value]);
    }
  }

  // ---- what was read

  poll(call: Call): void {
    const { reader, records } = call.answer as PollAnswer;
    for (const record of records) {
      this.see(call, record);
      const [partition, offset] = record;
      const name = `${reader} ${partition}`;
      const before = this.reading.get(name);
      if (before !== undefined && offset < before.next)
        this.anomalies.add(
          'non-monotonic poll',
          `${reader} was handed offset ${offset} of partition ${partition} after ${before.next - 1}`,
          [before.call, call],
        );
      this.reading.set(name, { next: offset + 1, call });
    }
  }

  readAll(call: Call): void {
    this.wholes.push(call);
    let last = -1;
    for (const record of (call.answer as ReadAllAnswer).records) {
      this.see(call, record);
      const [partition, offset] = record;
      if (offset <= last)
        this.anomalies.add('non-monotonic poll', `partition ${partition}: ${offset} after ${last}`, [call]);
      last = Math.max(last, offset);
    }
  }

  private see(call: Call, record: PolledRecord): void {
    const [partition, offset, value] = record;
    this.read++;
    const sent = this.sent.get(value);
    if (sent === undefined || sent.partition !== partition)
      this.anomalies.add('made up', `nobody sent ${value} to partition ${partition}`, [call]);
    else if (sent.call.type === 'fail')
      this.anomalies.add(
        'aborted read',
        `${value} at offset ${offset} of partition ${partition} had failed`,
        [sent.call, call],
      );
    this.lies(call, record);
  }

  private lies(call: Call, [partition, offset, value]: PolledRecord): void {
    let log = this.lying.get(partition);
    if (log === undefined) this.lying.set(partition, (log = new Map()));
    const there = log.get(offset);
    if (there === undefined) log.set(offset, { value, call });
    else if (there.value !== value)
      this.anomalies.add(
        'inconsistent offsets',
        `offset ${offset} of partition ${partition} is ${there.value} to one, ${value} to another`,
        [there.call, call],
      );
    const name = `${partition} ${value}`;
    const place = this.places.get(name);
    if (place === undefined) this.places.set(name, offset);
    else if (place !== offset)
      this.anomalies.add(
        'duplicate',
        `${value} lies at offsets ${place} and ${offset} of partition ${partition}`,
        [log.get(place)?.call, call],
      );
  }

  // ---- what follows from all of it

  checkSends(): void {
    const last = new Map<string, { readonly place: number; readonly call: Call }>();
    for (const call of this.sends) {
      const { partition, values } = call.asked as SendAsked;
      for (const value of values) {
        const place = this.places.get(`${partition} ${value}`);
        if (place === undefined) continue;
        const name = `${call.process} ${partition}`;
        const before = last.get(name);
        if (before !== undefined && place < before.place)
          this.anomalies.add(
            'reordered',
            `process ${call.process} sent ${value} later, and it lies at offset ${place}, before ${before.place}`,
            [before.call, call],
          );
        last.set(name, { place, call });
      }
    }
    for (const whole of this.wholes) this.checkWhole(whole);
  }

  /** Everything that was acknowledged before the reading began is in it. */
  private checkWhole(whole: Call): void {
    const { partition } = whole.asked as ReadAllAsked;
    const { records } = whole.answer as ReadAllAnswer;
    const found = new Set(records.map(([, , value]) => value));
    for (const [value, { call, partition: own, offset }] of this.sent) {
      if (own !== partition || offset === undefined || call.to > whole.from || found.has(value)) continue;
      this.anomalies.add('lost', `${value} was acknowledged at offset ${offset} of partition ${partition}`, [
        call,
        whole,
      ]);
    }
  }

  /** Between two records that a reader was handed one after the other lies nothing that anybody saw. */
  checkReading(call: Call): void {
    if (call.type !== 'ok') return;
    if (call.f === 'read-all') {
      const { records } = call.answer as ReadAllAnswer;
      this.checkGaps(call, -1, records);
      return;
    }
    const { reader, records } = call.answer as PollAnswer;
    for (const partition of new Set(records.map(([number]) => number))) {
      const own = records.filter(([number]) => number === partition);
      const before = this.passed.get(`${reader} ${partition}`);
      this.checkGaps(call, before ?? (own[0]?.[1] as number) - 1, own);
      this.passed.set(`${reader} ${partition}`, Math.max(before ?? -1, own.at(-1)?.[1] as number));
    }
  }

  private checkGaps(call: Call, from: number, records: readonly PolledRecord[]): void {
    let last = from;
    for (const [partition, offset] of records) {
      for (let between = last + 1; between < offset; between++) {
        const there = this.lying.get(partition)?.get(between);
        if (there === undefined) continue;
        this.anomalies.add(
          'poll skip',
          `offset ${between} of partition ${partition} (${there.value}) was passed over, from ${last} to ${offset}`,
          [there.call, call],
        );
      }
      last = Math.max(last, offset);
    }
  }

  /** A leader that has been replaced and does not know it yet may answer what was; that is counted, and no fault. */
  checkWatermarks(calls: readonly Call[]): void {
    const seen = new Map<number, End[]>();
    for (const call of inOrderOfAnswers(calls)) {
      const now = endOf(call);
      if (now === undefined) continue;
      const before = seen.get(now.partition) ?? [];
      seen.set(now.partition, before);
      const higher = before.filter(({ end, call: other }) => other.to < call.from && end > now.end);
      const regressed = higher.find(({ epoch }) => epoch <= now.epoch);
      if (regressed !== undefined)
        this.anomalies.add(
          'watermark regression',
          `partition ${now.partition} ended at ${now.end} (epoch ${now.epoch}), after ${regressed.end} (epoch ${regressed.epoch}) had been seen`,
          [regressed.call, call],
        );
      else if (higher.length > 0) this.former++;
      const greatest = before.findLast(({ epoch }) => epoch === now.epoch);
      if (greatest === undefined || now.end > greatest.end) before.push(now);
    }
  }

  verdict() {
    const facts = {
      sends: this.sends.length,
      acknowledged: this.acknowledged,
      read: this.read,
      'whole readings': this.wholes.length,
      'ends told by former leaders': this.former,
    };
    return this.anomalies.verdict('stream-log', this.read, facts);
  }
}
