/**
 * What is committed stays, is the same everywhere, and is durable on a quorum of the configuration in force at the moment at which
 * somebody first calls it committed. Terms, commit and applied indexes, high watermarks and log starts never fall.
 */
import type { ConfState } from '@flowmesh/raft';
import type { Checker, Seen } from './checker.ts';
import type { ReplicaModel } from './model.ts';
import { confText, quorumHas, quorumsIntersect, sameConf } from './quorum.ts';
import { violated } from './violation.ts';

export const commits: Checker = {
  name: 'commit-is-durable, commit-is-final, commits-own-term, applied-after-commit',
  stepped(seen) {
    const { before, after } = seen;
    if (after.applied > after.commit) {
      violated('applied-after-commit', `${before.name}: applied ${after.applied}, committed ${after.commit}`);
    }
    if (after.commit > before.group.lastCommitted) newlyCommitted(seen);
    else if (after.commit > before.commit) sameAsCommitted(before, after.commit);
  },
};

function newlyCommitted({ before, after }: Seen): void {
  const { group } = before;
  const { commit } = after;
  const term = before.live.term(commit);
  if (term === undefined)
    violated('commit-is-final', `${before.name}: commit ${commit} beyond its log ${before.live.toString()}`);
  if (after.role === 'leader' && term !== after.term) {
    violated(
      'commits-own-term',
      `${before.name} leads term ${after.term} and commits ${commit} of term ${term} by counting`,
    );
  }
  const has = (conf: ConfState): boolean =>
    quorumHas(conf, (member) => {
      const replica = group.replicas.get(member);
      return replica !== undefined && replica.durable.term(commit) === term && replica.durable.last >= commit;
    });
  // The configuration may have changed in this very turn, after the commit index moved or before.
  if (!has(after.conf) && !(before.running && has(before.conf))) {
    const holders = [...group.replicas.values()].map(
      (replica) => `${replica.name} ${replica.durable.toString()}`,
    );
    violated(
      'commit-is-durable',
      `${before.name}: ${commit} committed under ${confText(after.conf)}; durable: ${holders.join('; ')}`,
    );
  }
  for (let index = group.lastCommitted + 1; index <= commit; index++) {
    const known = before.live.term(index);
    if (known === undefined)
      violated('commit-is-final', `${before.name}: committed entry ${index} is not in its log`);
    group.commit(known, after.term);
  }
}

function sameAsCommitted(replica: ReplicaModel, commit: number): void {
  const term = replica.live.term(commit);
  if (term !== undefined && term !== replica.group.committed[commit]) {
    violated(
      'commit-is-final',
      `${replica.name}: entry ${commit} has term ${term}, committed was term ${replica.group.committed[commit]}`,
    );
  }
  if (term === undefined && commit > replica.live.last) {
    violated(
      'commit-is-final',
      `${replica.name}: commit ${commit} beyond its log ${replica.live.toString()}`,
    );
  }
}

export const committedStay: Checker = {
  name: 'commit-is-final',
  appended(replica, entries) {
    const { committed, lastCommitted } = replica.group;
    for (const entry of entries) {
      if (entry.index > lastCommitted) return;
      if (entry.index <= replica.commit && committed[entry.index] !== entry.term) {
        violated(
          'commit-is-final',
          `${replica.name}: writes ${entry.index} of term ${entry.term} over a committed entry`,
        );
      }
    }
  },
};

export const monotonic: Checker = {
  name: 'monotonic',
  stepped({ before, after }) {
    if (!before.running) return;
    const falls = (what: string, was: number, is: number): void => {
      if (is < was) violated('monotonic', `${before.name}: ${what} fell from ${was} to ${is}`);
    };
    falls('term', before.term, after.term);
    falls('commit', before.commit, after.commit);
    falls('applied', before.applied, after.applied);
    falls('high watermark', before.endOffset, after.endOffset);
    falls('log start', before.logStartOffset, after.logStartOffset);
  },
};

export const configurations: Checker = {
  name: 'configurations-intersect',
  stepped({ before, after }) {
    if (!before.running || before.conf.voters.length === 0 || sameConf(before.conf, after.conf)) return;
    // Several changes may be applied in one turn: a joint configuration and the one it leads to.
    if (after.applied - before.applied > 1) return;
    if (!quorumsIntersect(before.conf, after.conf)) {
      violated(
        'configurations-intersect',
        `${before.name}: ${confText(before.conf)} → ${confText(after.conf)}`,
      );
    }
  },
};

export const progress: Checker = {
  name: 'progress',
  sampled(replica, model) {
    const status = replica.status();
    for (const member of status.progress) {
      if (member.match >= member.next) {
        violated(
          'progress',
          `${model.name}: match ${member.match} ≥ next ${member.next} of ${member.member}`,
        );
      }
      if (member.match > status.lastIndex) {
        violated(
          'progress',
          `${model.name}: match ${member.match} of ${member.member} beyond the log's end ${status.lastIndex}`,
        );
      }
      const peer = model.group.replicas.get(member.member);
      // A peer that has moved on to a later term may have replaced what it acknowledged.
      if (peer === undefined || peer.retired || peer.hardState.term > status.term) continue;
      // What a leader brought along from earlier terms it counts at once: none of that commits by counting.
      if (peer === model && peer.live.term(member.match) !== status.term) continue;
      if (peer.durable.last < member.match) {
        violated(
          'progress',
          `${model.name}: match ${member.match} of ${peer.name}, whose durable log is ${peer.durable.toString()}`,
        );
      }
    }
  },
};
