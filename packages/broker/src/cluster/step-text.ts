/** How far a change of members is, in a few words for people. */
import { type MemberId, nodeOf } from '@flowmesh/base';
import type { ConfChangeSingle, RaftStatus } from '@flowmesh/raft';
import type { MemberStep } from './member-plan.ts';

export function stepText(step: MemberStep | 'queued', status: RaftStatus): string {
  if (step === 'queued') return 'waits for its turn: move.concurrency.per.node others are being copied';
  switch (step.kind) {
    case 'reached':
      return 'done; being reported to the metadata group';
    case 'change':
      return changeText(step.changes);
    case 'transfer':
      return `leadership is being handed to node ${step.to}`;
    case 'wait':
      if (step.for.length === 0) return 'the change of voters is being committed';
      return `waits for ${step.for.map((member) => lagText(member, status)).join(', ')}`;
  }
}

function changeText(changes: readonly ConfChangeSingle[]): string {
  const nodes = (kind: ConfChangeSingle['kind']): string =>
    changes
      .filter((change) => change.kind === kind)
      .map(({ member }) => nodeOf(member))
      .join(', ');
  const parts: string[] = [];
  if (nodes('add-learner') !== '') parts.push(`learners on node ${nodes('add-learner')}`);
  if (nodes('add-voter') !== '') parts.push(`voters on node ${nodes('add-voter')}`);
  if (nodes('remove') !== '') parts.push(`node ${nodes('remove')} leaves`);
  return `members are being changed: ${parts.join('; ')}`;
}

function lagText(member: MemberId, status: RaftStatus): string {
  const node = `node ${nodeOf(member)}`;
  const progress = status.progress.find((one) => one.member === member);
  if (progress === undefined || !progress.recentActive) return `${node}, which does not answer`;
  if (progress.state === 'snapshot') return `${node}, which fetches a snapshot`;
  return `${node}, which is ${status.lastIndex - progress.match} entries behind`;
}
