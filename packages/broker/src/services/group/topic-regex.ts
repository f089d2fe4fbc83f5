/**
 * Subscriptions by regular expression (RE2's syntax, the whole name has to match), as Kafka's consumers bring them. The leader of a shard finds
 * the streams; what it found travels in commands, so that replicas need not agree on a matcher.
 */
import { FlowError } from '@flowmesh/base';
import { parsePattern, PatternFault } from '../filter/pattern/pattern-parser.ts';
import type { Caller, CatalogPort, Door } from '../ports.ts';
import { matchesPattern, type PatternProgram } from '../filter/pattern/pattern-program.ts';

const REGEX_CHARS_MAX = 1_000;
/** Steps for one name: matching is linear in its length. */
const STEPS_MAX = 1_000_000;

/** INVALID_ARGUMENT where it is none. */
export function checkRegex(regex: string): void {
  programOf(regex);
}

/** The regular expression of a pattern whose `*` stands for any characters. */
export function regexOfWildcard(pattern: string): string {
  return pattern
    .split('*')
    .map((part) => part.replaceAll(/[^A-Za-z0-9_-]/g, String.raw`\$&`))
    .join('.*');
}

/** The pattern that a regular expression is the same as; undefined where there is none. */
export function wildcardOfRegex(regex: string): string | undefined {
  const parts = regex.split('.*').map((part) => part.replaceAll(/\\([^A-Za-z0-9_-])/g, '$1'));
  const pattern = parts.join('*');
  return regexOfWildcard(pattern) === regex ? pattern : undefined;
}

/** Those that the caller may read, ascending: of others it is not even told the names. */
export function streamsReadBy(
  { catalog, door }: { readonly catalog: CatalogPort; readonly door: Door },
  caller: Caller,
  regex: string,
): readonly string[] {
  const names = catalog.machine.resources('stream').map(({ name }) => name);
  return streamsMatching(regex, names)
    .filter((name) => door.authorise(caller, 'read', name) === undefined)
    .sort();
}

/** In the order of the names. Nothing, where it is no regular expression. */
function streamsMatching(regex: string, names: readonly string[]): readonly string[] {
  const program = programOf(regex);
  return names.filter((name) => {
    let left = STEPS_MAX;
    const charge = (steps: number): boolean => {
      left -= steps;
      return left < 0;
    };
    return matchesPattern(program, name, charge) === true;
  });
}

function programOf(regex: string): PatternProgram {
  if (regex.length > REGEX_CHARS_MAX) throw notValid(`it is longer than ${REGEX_CHARS_MAX} characters`);
  const flags = /^\(\?[ims]+\)/.exec(regex)?.[0] ?? '';
  try {
    return parsePattern(`${flags}^(?:${regex.slice(flags.length)})$`);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    throw notValid(error.message);
  }
}

function notValid(why: string): FlowError {
  return new FlowError(
    'INVALID_ARGUMENT',
    `the regular expression of the subscription is not valid: ${why}`,
    {
      hint: "It has RE2's syntax: no references to groups, no looking ahead or behind.",
      details: { field: 'regex' },
    },
  );
}
