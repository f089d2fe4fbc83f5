/**
 * The small language of etcd's scenario files: comments, then a command with arguments, maybe input lines, `----`, and the
 * expected output up to an empty line.
 */

export interface CommandArgument {
  readonly key: string;
  readonly values: readonly string[];
}

export interface ScenarioCommand {
  /** Line of the command in its file, from 1. */
  readonly line: number;
  readonly name: string;
  readonly args: readonly CommandArgument[];
  readonly input: string;
  readonly expected: string;
}

const SEPARATOR = '----';

export function parseScenario(text: string): ScenarioCommand[] {
  const lines = text.split('\n');
  const commands: ScenarioCommand[] = [];
  let at = 0;
  while (at < lines.length) {
    const head = lines[at] as string;
    if (head.trim() === '' || head.startsWith('#')) {
      at++;
      continue;
    }
    const line = at + 1;
    const input: string[] = [];
    for (at++; at < lines.length && lines[at] !== SEPARATOR; at++) input.push(lines[at] as string);
    if (at === lines.length) throw new Error(`line ${line}: no ${SEPARATOR} follows`);
    if (lines[at + 1] === SEPARATOR)
      throw new Error(`line ${line}: output with empty lines is not supported`);
    const expected: string[] = [];
    for (at++; at < lines.length && lines[at] !== ''; at++) expected.push(lines[at] as string);
    const [name, ...args] = splitWords(head).map(parseArgument);
    if (name === undefined) throw new Error(`line ${line}: no command`);
    commands.push({ line, name: name.key, args, input: input.join('\n'), expected: expected.join('\n') });
  }
  return commands;
}

/** Splits at spaces, but not inside parentheses. */
function splitWords(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (const char of line) {
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char === ' ' && depth === 0) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      word += char;
    }
  }
  if (word !== '') words.push(word);
  return words;
}

/** `key`, `key=value` or `key=(value, value)`. */
function parseArgument(word: string): CommandArgument {
  const equals = word.indexOf('=');
  if (equals < 0) return { key: word, values: [] };
  const value = word.slice(equals + 1);
  const list = value.startsWith('(') && value.endsWith(')') ? value.slice(1, -1) : undefined;
  const values = list === undefined ? [value] : list.split(',').map((item) => item.trim());
  return { key: word.slice(0, equals), values: values.filter((item) => item !== '') };
}

/** What was printed against what the file says; trailing line ends do not count. */
export function sameOutput(actual: string, expected: string): boolean {
  return actual.replace(/\n+$/, '') === expected.replace(/\n+$/, '');
}
