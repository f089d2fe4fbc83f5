/** The rules of share groups once more, offset by offset over plain maps: what the machine does in ranges is held against it. */
import type { ShareAction, ShareVerdict } from '../../src/index.ts';

interface ModelRecord {
  state: 'available' | 'acquired' | 'acknowledged' | 'archived';
  attempts: number;
  member: string;
  deadlineMs: number;
}

interface ModelGroup {
  start: number;
  end: number;
  attemptsMax: number;
  usedMs: number;
  readonly records: Map<number, ModelRecord>;
}

const RETENTION_MS = 7 * 86_400_000;

export class ShareModel {
  readonly groups = new Map<string, ModelGroup>();
  logStart = 0;
  logEnd = 0;
  timeMs = 0;

  /** What the machine is to answer: offsets with their deliveries, `refused`, or undefined. */
  apply(action: ShareAction, timeMs: number): ReadonlyMap<number, number> | 'refused' | undefined {
    this.timeMs = Math.max(this.timeMs, timeMs);
    if (action.kind === 'expire') return this.expire();
    const known = this.groups.get(action.group);
    if (action.kind === 'delete') {
      this.groups.delete(action.group);
      return undefined;
    }
    if (action.kind === 'open' || action.kind === 'reset') {
      const offset =
        action.kind === 'reset'
          ? action.offset
          : action.start.kind === 'earliest'
            ? 0
            : action.start.kind === 'latest'
              ? this.logEnd
              : action.start.offset;
      const at = Math.min(Math.max(offset, this.logStart), this.logEnd);
      const fresh = {
        start: at,
        end: at,
        attemptsMax: known?.attemptsMax ?? 5,
        usedMs: this.timeMs,
        records: new Map(),
      };
      if (known === undefined || action.kind === 'reset') this.groups.set(action.group, fresh);
      else known.usedMs = this.timeMs;
      return undefined;
    }
    if (known === undefined) return 'refused';
    const outcome = this.use(known, action);
    if (outcome !== 'refused') known.usedMs = this.timeMs;
    return outcome;
  }

  trim(offset: number): void {
    this.logStart = Math.max(this.logStart, offset);
    for (const group of this.groups.values()) {
      for (const key of group.records.keys()) if (key < offset) group.records.delete(key);
      group.start = Math.max(group.start, offset);
      group.end = Math.max(group.end, offset);
      advance(group);
    }
  }

  private use(
    group: ModelGroup,
    action: Extract<ShareAction, { readonly kind: 'acquire' | 'acknowledge' | 'release' }>,
  ): ReadonlyMap<number, number> | 'refused' | undefined {
    switch (action.kind) {
      case 'acquire': {
        const to = Math.min(action.to, this.logEnd);
        if (to <= action.from) return new Map();
        const given = new Map<number, number>();
        group.attemptsMax = action.attemptsMax;
        const isHole = (offset: number): boolean =>
          action.holes.some(([first, last]) => offset >= first && offset <= last);
        const lock = {
          state: 'acquired',
          member: action.member,
          deadlineMs: this.timeMs + action.lockMs,
        } as const;
        const end = group.end;
        for (let offset = action.from; offset < Math.min(to, end); offset++) {
          const record = group.records.get(offset);
          if (record?.state !== 'available') continue;
          if (isHole(offset)) group.records.set(offset, done('archived'));
          else if (given.size < action.recordsMax) {
            group.records.set(offset, { ...lock, attempts: record.attempts + 1 });
            given.set(offset, record.attempts + 1);
          }
        }
        let held = [...group.records.values()].filter(({ state }) => state !== 'archived').length;
        for (let offset = end; action.from <= end && offset < to; offset++) {
          if (!isHole(offset) && (given.size >= action.recordsMax || held >= action.inFlightMax)) break;
          group.end = offset + 1;
          if (isHole(offset)) group.records.set(offset, done('archived'));
          else {
            held++;
            group.records.set(offset, { ...lock, attempts: 1 });
            given.set(offset, 1);
          }
        }
        advance(group);
        return given;
      }
      case 'acknowledge': {
        const said: [number, ShareVerdict][] = [];
        let behind = -1;
        for (const { first, last, verdicts } of action.batches) {
          if (last < first || first <= behind) return 'refused';
          if (verdicts.length !== 1 && verdicts.length !== last - first + 1) return 'refused';
          behind = last;
          for (let offset = first; offset <= last; offset++)
            said.push([offset, verdicts[verdicts.length === 1 ? 0 : offset - first] as ShareVerdict]);
        }
        for (const [offset] of said) {
          if (offset < group.start) continue;
          const record = group.records.get(offset);
          if (record?.state !== 'acquired' || record.member !== action.member) return 'refused';
        }
        for (const [offset, verdict] of said) {
          const record = group.records.get(offset);
          if (offset >= group.start && record !== undefined)
            group.records.set(offset, this.judged(group, record, verdict, action.lockMs));
        }
        advance(group);
        return undefined;
      }
      case 'release':
        for (const [offset, record] of group.records) {
          if (record.state === 'acquired' && record.member === action.member)
            group.records.set(offset, { ...done('available'), attempts: record.attempts - 1 });
        }
        return undefined;
    }
  }

  private judged(group: ModelGroup, record: ModelRecord, verdict: ShareVerdict, lockMs: number): ModelRecord {
    if (verdict === 'accept') return done('acknowledged');
    if (verdict === 'renew') return { ...record, deadlineMs: this.timeMs + lockMs };
    return verdict === 'release' ? back(group, record) : done('archived');
  }

  private expire(): undefined {
    for (const [name, group] of this.groups) {
      const acquired = [...group.records].filter(([, { state }]) => state === 'acquired');
      for (const [offset, record] of acquired)
        if (record.deadlineMs <= this.timeMs) group.records.set(offset, back(group, record));
      if (acquired.length === 0 && group.usedMs + RETENTION_MS <= this.timeMs) this.groups.delete(name);
      advance(group);
    }
  }
}

function done(state: ModelRecord['state']): ModelRecord {
  return { state, attempts: 0, member: '', deadlineMs: 0 };
}

function back(group: ModelGroup, { attempts }: ModelRecord): ModelRecord {
  return attempts >= group.attemptsMax ? done('archived') : { ...done('available'), attempts };
}

function advance(group: ModelGroup): void {
  for (;;) {
    const state = group.records.get(group.start)?.state;
    if (state !== 'acknowledged' && state !== 'archived') return;
    group.records.delete(group.start);
    group.start++;
  }
}
