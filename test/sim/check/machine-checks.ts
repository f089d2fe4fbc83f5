/** Machines see exactly the committed commands, once and in order, and are equal at equal applied index. */
import { crc32c } from '@flowmesh/base';
import type { Checker } from './checker.ts';
import type { GroupModel, ReplicaModel } from './model.ts';
import { violated } from './violation.ts';

/** Takes down what is applied for the first time anywhere. */
export interface CommandHistory {
  applied(index: number, command: Uint8Array): void;
}

/** What is handed to machines is what the logs hold, and is committed when the turn ends. */
export function appliedCommands(historyOf: (group: GroupModel) => CommandHistory): Checker {
  const unconfirmed = new Map<ReplicaModel, { readonly index: number; readonly term: number }[]>();
  return {
    name: 'applied-after-commit, applied-is-committed',
    applying(replica, index, term, command) {
      const { group } = replica;
      if (group.hashOf(index, term) !== crc32c(command, 0)) {
        violated(
          'applied-is-committed',
          `${replica.name}: applies at ${index} what no log holds there in term ${term}`,
        );
      }
      if (index > group.lastCommitted) {
        const list = unconfirmed.get(replica);
        if (list === undefined) unconfirmed.set(replica, [{ index, term }]);
        else list.push({ index, term });
      } else if (group.committed[index] !== term) {
        violated(
          'applied-is-committed',
          `${replica.name}: applies ${index} of term ${term}, committed is term ${group.committed[index]}`,
        );
      }
      historyOf(group).applied(index, command);
    },
    stepped({ before, after }) {
      const list = unconfirmed.get(before);
      if (list === undefined) return;
      unconfirmed.delete(before);
      for (const { index, term } of list) {
        if (index > after.commit)
          violated('applied-after-commit', `${before.name}: applied ${index}, committed ${after.commit}`);
        if (before.group.committed[index] !== term) {
          violated(
            'applied-is-committed',
            `${before.name}: applied ${index} of term ${term}, which is not what was committed`,
          );
        }
      }
    },
  };
}

/** Compares a machine's digest with those of its group at the same applied index. */
export function compareDigest(group: GroupModel, by: string, applied: number, digest: string): void {
  const known = group.digests.get(applied);
  if (known === undefined) {
    group.digests.set(applied, { digest, by });
    return;
  }
  if (known.digest !== digest) {
    violated(
      'equal-state',
      `${by} and ${known.by} differ at applied index ${applied}: ${digest} and ${known.digest}`,
    );
  }
}

/** A leader serves only with everything applied that was committed when it was elected. */
export const servesWhole: Checker = {
  name: 'serves-after-noop',
  stepped({ before, after }) {
    if (!after.serving) return;
    const { group } = before;
    const needed = group.committedAtElection.get(after.term) ?? 0;
    if (after.role === 'leader' && after.applied < needed) {
      violated(
        'serves-after-noop',
        `${before.name} serves term ${after.term} with ${after.applied} applied; ${needed} were committed when it was elected`,
      );
    }
    if (!before.serving && group.committed[after.applied] !== after.term) {
      const own = group.committed.lastIndexOf(after.term);
      if (own < 0)
        violated(
          'serves-after-noop',
          `${before.name} serves term ${after.term}, of which nothing is committed`,
        );
    }
  },
};
