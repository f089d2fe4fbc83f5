import type { Mutant } from '../../mutants/mutant.ts';

const ENGINE = 'packages/engines/src/coordinator/';
const GROUP = 'packages/broker/src/services/group/';

export const COORDINATOR_MUTANTS: readonly Mutant[] = [
  {
    name: 'revoking-is-free',
    world: 'coordination',
    fault: 'what a member has to give up is given to another before that is confirmed',
    file: `${ENGINE}coordinator-state.ts`,
    find: '    for (const key of Object.keys(member.revoking)) group.owners.set(key, member.id);\n',
    replace: '',
    seed: 3,
    within: 60,
  },
  {
    name: 'confirmed-unseen',
    world: 'coordination',
    fault: 'any heartbeat confirms what was revoked, whatever its member has been told',
    file: `${GROUP}group-service.ts`,
    find: 'if (request.confirmedEpoch === member.epoch && ',
    replace: 'if (',
    seed: 3,
    within: 60,
  },
  {
    name: 'fenced-member-commits',
    world: 'coordination',
    fault: 'a commit of an epoch before the member got the partition is accepted',
    file: `${ENGINE}offset-commands.ts`,
    find: 'since !== undefined && by.epoch >= since && by.epoch',
    replace: 'since !== undefined && by.epoch',
    seed: 32,
    within: 120,
  },
  {
    name: 'former-owner-commits',
    world: 'coordination',
    fault: 'any member commits any partition',
    file: `${ENGINE}offset-commands.ts`,
    find: 'if (!mayCommit(group, command.by, entry)) return',
    replace: 'if (command.by !== undefined && !group.members.has(command.by.member)) return',
    seed: 3,
    within: 60,
  },
  {
    name: 'offsets-go-back',
    world: 'coordination',
    fault: 'a late commit takes a later one back',
    file: `${ENGINE}offset-commands.ts`,
    find: '  if (ahead && !rewind) return before.offset;\n',
    replace: '',
    seed: 1,
    within: 60,
  },
  {
    name: 'sessions-begin-expired',
    world: 'coordination',
    fault: 'a new leader counts sessions from before it led',
    file: `${GROUP}group-sessions.ts`,
    find: '      for (const member of group.members.values()) this.touch(group.head.id, member);\n',
    replace:
      '      for (const member of group.members.values()) this.touch(group.head.id, { ...member, sessionTimeoutMs: 0 });\n',
    seed: 5,
    within: 60,
  },
];
