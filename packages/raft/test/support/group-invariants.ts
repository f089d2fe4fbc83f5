/** The paper's safety properties, observed over the whole life of a group. */
import type { Entry } from '@flowmesh/raft';
import type { Cluster } from './cluster.ts';

export class GroupInvariants {
  private readonly leaders = new Map<number, number>();
  private readonly terms = new Map<number, number>();
  private readonly votes = new Map<string, number>();
  /** What was applied at each index, by anyone, ever. */
  private readonly chosen: Entry[] = [];

  check(cluster: Cluster): void {
    for (const [number, member] of cluster.members) {
      const { node, log } = member;
      const { role, term, commit, applied, lastIndex } = node.status();
      const { hardState } = log;
      if (role === 'leader') this.oneLeader(number, term);
      this.atMost(applied, commit, 'applied beyond commit');
      this.atMost(commit, lastIndex, 'commit beyond the log');
      this.atMost(this.terms.get(number) ?? 0, term, 'a term fell');
      this.terms.set(number, hardState.term);
      if (hardState.vote !== 0) this.oneVote(number, hardState.term, hardState.vote);
      this.applied(member.applied);
      if (role === 'leader') this.complete(cluster, number);
    }
    this.matching(cluster);
  }

  private oneLeader(number: number, term: number): void {
    const known = this.leaders.get(term);
    if (known !== undefined && known !== number) throw new Error(`${known} and ${number} lead term ${term}`);
    this.leaders.set(term, number);
  }

  /** Of what is durable: an answer leaves only after that, so a vote lost in a crash was never given. */
  private oneVote(number: number, term: number, vote: number): void {
    const key = `${number}/${term}`;
    const known = this.votes.get(key);
    if (known !== undefined && known !== vote) throw new Error(`${number} voted twice in term ${term}`);
    this.votes.set(key, vote);
  }

  private atMost(low: number, high: number, what: string): void {
    if (low > high) throw new Error(`${what}: ${low} > ${high}`);
  }

  /** State machine safety: nobody ever applies something else at an index. */
  private applied(entries: readonly Entry[]): void {
    const from = Math.max(0, entries.length - 8);
    for (const entry of entries.slice(from)) {
      const known = this.chosen[entry.index];
      if (known === undefined) this.chosen[entry.index] = entry;
      else if (known.term !== entry.term) throw new Error(`two entries applied at index ${entry.index}`);
    }
  }

  /** Leader completeness: what was applied anywhere is in the log of a leader of the newest term. */
  private complete(cluster: Cluster, number: number): void {
    const { node } = cluster.get(number);
    const newest = Math.max(...[...cluster.members.values()].map((member) => member.node.term));
    if (node.term < newest) return;
    const { log } = node['core'];
    for (const entry of this.chosen) {
      if (entry === undefined || entry.index < log.firstIndex()) continue;
      if (log.term(entry.index) !== entry.term)
        throw new Error(`leader ${number} lacks applied entry ${entry.index}`);
    }
  }

  /** Log matching: where two logs agree on an index and its term, they agree on everything before. */
  private matching(cluster: Cluster): void {
    const logs = [...cluster.members.values()].map((member) => member.node['core'].log);
    for (const a of logs) {
      for (const b of logs) {
        if (a === b) continue;
        const low = Math.max(a.firstIndex(), b.firstIndex());
        let agreed = false;
        for (let index = Math.min(a.lastIndex, b.lastIndex); index >= low; index--) {
          const same = a.term(index) === b.term(index);
          if (agreed && !same) throw new Error(`logs agree after ${index}, but not there`);
          agreed = same;
        }
      }
    }
  }
}
