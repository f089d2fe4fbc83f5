import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { outcomeUnknown, ProposalTable } from '../../src/replica/proposal-table.ts';
import type { AckPolicy, Proposal, ProposalResult } from '../../src/replica/replica-api.ts';

interface Asked {
  readonly proposal: Proposal;
  readonly results: ProposalResult[];
}

function ask(ack: AckPolicy = 'applied', minDurable = 0): Asked {
  const results: ProposalResult[] = [];
  return {
    results,
    proposal: { command: new Uint8Array(1), ack, minDurable, done: (result) => results.push(result) },
  };
}

const reply = { ok: true, value: 'applied' } as const;

describe('ProposalTable', () => {
  it('answers each proposal when its own entry is applied', () => {
    const table = new ProposalTable();
    const first = ask();
    const second = ask();
    table.add({ index: 5, term: 2 }, [first.proposal, second.proposal]);
    table.applied(4, 2, reply, 2);
    expect(first.results).toEqual([]);
    table.applied(5, 2, reply, 2);
    expect(first.results).toEqual([{ ok: true, index: 5, term: 2, reply }]);
    expect(second.results).toEqual([]);
    table.applied(6, 2, reply, 2);
    expect(second.results).toHaveLength(1);
    expect(table.size).toBe(0);
  });

  it('lesson: holds no command that is answered, however few followed it', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const table = new ProposalTable();
    const commands: WeakRef<Uint8Array>[] = [];
    for (let index = 1; index <= 100; index++) {
      const command = new Uint8Array(1_000);
      commands.push(new WeakRef(command));
      table.add({ index, term: 1 }, [{ ...ask().proposal, command }]);
      if (index % 2 === 0) table.durable(index, 1);
      if (index <= 90) table.applied(index, 1, reply, 2);
    }
    // A reference that was just made, or looked at, keeps its object until the turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(commands.filter((command) => command.deref() !== undefined)).toHaveLength(10);
    expect(table.size).toBe(10);
    for (let index = 91; index <= 100; index++) table.applied(index, 1, reply, 2);
    expect(table.size).toBe(0);
  });

  it('never takes another leader’s entry at the same index for its own', () => {
    const table = new ProposalTable();
    const asked = ask();
    table.add({ index: 5, term: 2 }, [asked.proposal]);
    table.applied(5, 3, reply, 2);
    expect(asked.results[0]).toMatchObject({
      ok: false,
      error: { code: 'UNAVAILABLE', details: { outcome: 'not-applied' } },
    });
  });

  it('answers acks=leader when durable here, once, and the others only when applied', () => {
    const table = new ProposalTable();
    const quick = ask('leader-durable');
    const slow = ask();
    const later = ask('leader-durable');
    table.add({ index: 1, term: 1 }, [quick.proposal, slow.proposal, later.proposal]);
    table.durable(2, 1);
    expect(quick.results).toEqual([{ ok: true, index: 1, term: 1, reply: undefined }]);
    expect(slow.results).toEqual([]);
    expect(later.results).toEqual([]);
    table.durable(3, 1);
    expect(later.results).toHaveLength(1);
    for (const index of [1, 2, 3]) table.applied(index, 1, reply, 2);
    expect([quick, slow, later].map((asked) => asked.results.length)).toEqual([1, 1, 1]);
  });

  it('waits for as many copies as min.insync.replicas asks beyond the majority', () => {
    const table = new ProposalTable();
    const asked = ask('applied', 3);
    table.add({ index: 1, term: 1 }, [asked.proposal]);
    table.applied(1, 1, reply, 2);
    table.copies(() => 2);
    expect(asked.results).toEqual([]);
    table.copies((index) => (index <= 1 ? 3 : 2));
    expect(asked.results).toHaveLength(1);
  });

  it('fails all that is unanswered, once, with the outcome unknown', () => {
    const table = new ProposalTable();
    const applied = ask('applied', 3);
    const open = ask();
    const answered = ask('leader-durable');
    table.add({ index: 1, term: 1 }, [applied.proposal, answered.proposal, open.proposal]);
    table.applied(1, 1, reply, 2);
    table.durable(2, 1);
    table.failAll(outcomeUnknown('leadership was lost'));
    table.failAll(new FlowError('INTERNAL', 'twice'));
    expect(applied.results).toMatchObject([{ ok: false, error: { details: { outcome: 'unknown' } } }]);
    expect(open.results).toHaveLength(1);
    expect(answered.results).toMatchObject([{ ok: true }]);
    expect(table.size).toBe(0);
  });

  it('keeps answering correctly over many thousands of proposals', () => {
    const table = new ProposalTable();
    let answered = 0;
    const proposal = (ack: AckPolicy): Proposal => ({
      command: new Uint8Array(1),
      ack,
      minDurable: 0,
      done: () => answered++,
    });
    for (let index = 1; index <= 10_000; index++) {
      table.add({ index, term: 1 }, [proposal(index % 3 === 0 ? 'leader-durable' : 'applied')]);
      if (index % 7 === 0) table.durable(index - 2, 1);
      if (index > 5) table.applied(index - 5, 1, reply, 2);
    }
    for (let index = 9_996; index <= 10_000; index++) table.applied(index, 1, reply, 2);
    expect(answered).toBe(10_000);
    expect(table.size).toBe(0);
  });
});
