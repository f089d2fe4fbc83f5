/** What clients call groups and members, checked before anything is made of it. */
import { FlowError } from '@flowmesh/base';
import { asFlowError, refusal, refusalOf } from './errors.ts';
import type { ErrorPlace, Refusal } from './errors.ts';
import type { KafkaPorts } from './served-api.ts';

const NAME_CHARS_MAX = 249;
const MEMBER_CHARS_MAX = 400;
/** Keys of the state are made of names, and hold no zero. */
const PRINTABLE = /^[^\p{Cc}]*$/u;

/** INVALID_ARGUMENT, which is told as INVALID_GROUP_ID. */
export function groupName(group: string): string {
  if (group !== '' && isName(group, NAME_CHARS_MAX)) return group;
  throw new FlowError('INVALID_ARGUMENT', 'the group id is empty, too long, or holds control characters', {
    hint: `A group id has 1 to ${NAME_CHARS_MAX} characters.`,
    details: { field: 'group' },
  });
}

/** No member has an id like this: none was ever given one. */
export function memberId(member: string): string {
  if (isName(member, MEMBER_CHARS_MAX)) return member;
  throw new FlowError('MEMBER_UNKNOWN', 'there is no member with such an id', {
    hint: 'Join without an id: the coordinator makes one.',
  });
}

/** Empty where there is none. */
export function instanceName(instance: string | undefined): string {
  if (instance === undefined || isName(instance, NAME_CHARS_MAX)) return instance ?? '';
  throw new FlowError('INVALID_ARGUMENT', 'the group instance id is too long, or holds control characters', {
    hint: `It has 1 to ${NAME_CHARS_MAX} characters.`,
  });
}

function isName(text: string, charsMax: number): boolean {
  return text.length <= charsMax && PRINTABLE.test(text);
}

/** What was thrown, as it is told in that place; a fault of the node is told to its operator. */
export function toldOf({ onFault }: KafkaPorts, thrown: unknown, place: ErrorPlace): Refusal {
  const error = asFlowError(thrown);
  if (error.code === 'INTERNAL') onFault(error, 'kafka-groups');
  return refusalOf(error, place);
}

export const REBALANCING = refusal('REBALANCE_IN_PROGRESS');
