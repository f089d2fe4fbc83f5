import { describe, expect, it } from 'vitest';
import { groupOffsets } from '../../checkers/group-offsets.ts';
import { HistoryKit, kindsOf } from './history-kit.ts';

class Group extends HistoryKit {
  send(...offsets: readonly number[]): this {
    const values = offsets.map((offset) => `v${offset}`);
    return this.call(0, 'send', { partition: 0, values }, { offsets });
  }

  poll(member: string, offsets: readonly number[], assigned: readonly number[] = []): this {
    const records = offsets.map((offset) => [0, offset, `v${offset}`]);
    return this.call(1, 'group-poll', {}, { member, records, assigned });
  }

  commit(member: string, offset: number, assigned: readonly number[] = []): this {
    return this.call(1, 'group-commit', {}, { member, offsets: [[0, offset]], assigned });
  }

  commitLate(member: string, offset: number, first: number): this {
    const answer = { member, offsets: [[0, offset]], assigned: [], late: [[0, first]] };
    return this.call(1, 'group-commit', { late: true }, answer);
  }

  told(offset: number): this {
    return this.call(2, 'group-offsets', {}, { offsets: [[0, offset]] });
  }
}

const kinds = (group: Group): readonly string[] => kindsOf(groupOffsets(group.history));

describe('offsets of a group', () => {
  it('accepts a partition that goes from one member to another and back', () => {
    const group = new Group().send(0, 1, 2).poll('a', [0, 1], [0]).commit('a', 2).told(2);
    group.poll('b', [2], [0]).commit('b', 3).poll('a', [], [0]).commit('a', 3);
    expect(groupOffsets(group.told(3).history)).toMatchObject({ valid: true, anomalies: [] });
  });

  it('accepts records that are read twice', () => {
    expect(kinds(new Group().send(0, 1).poll('a', [0], [0]).poll('b', [0, 1], [0]).commit('b', 2))).toEqual(
      [],
    );
  });

  it('finds a record that was committed and not read', () => {
    expect(kinds(new Group().send(0, 1).poll('a', [1], [0]).commit('a', 2))).toEqual(['unread']);
    expect(kinds(new Group().send(0, 1).poll('a', [0], [0]).commit('a', 2).poll('a', [1]))).toEqual([
      'unread',
    ]);
  });

  it('finds a record that an offset which nobody committed passes over', () => {
    expect(kinds(new Group().send(0, 1).poll('a', [0], [0]).commit('a', 1).told(2))).toEqual([
      'unread at the end',
    ]);
  });

  it('finds offsets that go back', () => {
    const group = (): Group => new Group().send(0, 1).poll('a', [0, 1], [0]);
    expect(kinds(group().commit('a', 2).told(1))).toEqual(['offsets went back']);
    expect(kinds(group().commit('a', 2).commit('a', 1))).toEqual(['offsets went back']);
  });

  it('finds offsets that a late commit takes back, and no fault in the commit', () => {
    const group = (): Group => new Group().send(0, 1).poll('a', [0, 1], [0]).commit('a', 1);
    expect(kinds(group().commitLate('a', 2, 1).told(2))).toEqual([]);
    expect(kinds(group().commitLate('a', 2, 1).told(1))).toEqual(['offsets went back']);
  });

  it('finds a member that commits what is another one by now', () => {
    const group = new Group()
      .send(0, 1)
      .poll('a', [0, 1], [0])
      .commit('a', 1)
      .poll('b', [1], [0])
      .commit('b', 2);
    expect(kinds(group.commit('a', 2))).toEqual(['zombie commit']);
  });

  it('knows nothing where nothing was committed', () => {
    expect(groupOffsets(new Group().send(0).history).valid).toBe('unknown');
  });
});
