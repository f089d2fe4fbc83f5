/** All nemeses by name, and how they are asked for on the command line. */
import { FlowError } from '@flowmesh/base';
import type { Chosen } from '../run/schedule.ts';
import { CLOCK } from './clocks.ts';
import { DAMAGE, REPLACE } from './data.ts';
import { DISK, FULL, POWER } from './disks.ts';
import { MEMBERSHIP } from './membership.ts';
import { PARTITION, RESET, SLOW } from './network.ts';
import type { Nemesis } from './nemesis.ts';
import { KILL, MEMORY, PAUSE, ROLLING, SKEW, STALL } from './processes.ts';

export const NEMESES: readonly Nemesis[] = [
  KILL,
  PAUSE,
  ROLLING,
  SKEW,
  STALL,
  MEMORY,
  PARTITION,
  SLOW,
  RESET,
  CLOCK,
  DISK,
  FULL,
  POWER,
  DAMAGE,
  REPLACE,
  MEMBERSHIP,
];

export function nemesisNamed(name: string): Nemesis {
  const nemesis = NEMESES.find((one) => one.name === name);
  if (nemesis !== undefined) return nemesis;
  throw new FlowError('INVALID_ARGUMENT', `there is no nemesis ${name}`, {
    hint: `There are: ${NEMESES.map((one) => one.name).join(', ')}.`,
  });
}

export interface Selection {
  readonly chosen: readonly (Chosen & { readonly nemesis: Nemesis })[];
  /** Those that were asked for and cannot be had here, with the reason. */
  readonly missing: readonly string[];
}

/** `kill,partition:halves+ring`, `all`, or `none`. INVALID_ARGUMENT. */
export function selectNemeses(text: string): Selection {
  if (text === 'none') return { chosen: [], missing: [] };
  // Version skew is about another cluster: it is asked for by name.
  const all = NEMESES.filter((one) => one !== SKEW).map((one) => one.name);
  const words = text === 'all' ? all : text.split(',');
  const chosen: (Chosen & { readonly nemesis: Nemesis })[] = [];
  const missing: string[] = [];
  for (const word of words) {
    const [name = '', wanted] = word.trim().split(':');
    const nemesis = nemesisNamed(name);
    const variants = wanted === undefined ? nemesis.variants : wanted.split('+');
    const unknown = variants.filter((variant) => !nemesis.variants.includes(variant));
    if (unknown.length > 0)
      throw new FlowError('INVALID_ARGUMENT', `${name} has no variant ${unknown.join(', ')}`, {
        hint: `It has: ${nemesis.variants.join(', ')}.`,
      });
    const why = nemesis.missing?.();
    if (why === undefined) chosen.push({ nemesis, variants });
    else missing.push(`${name}: ${why}`);
  }
  return { chosen, missing };
}
