/** Hints, messages and docs name commands: those must exist, with the options that they are named with. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { flowmeshAdmin } from '../src/flowmesh-admin.ts';
import { flowmesh } from '../src/flowmesh.ts';
import { run } from './support/run.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');
const PROGRAMS = { flowmesh, 'flowmesh-admin': flowmeshAdmin };
type Program = keyof typeof PROGRAMS;

interface Mention {
  readonly file: string;
  readonly program: Program;
  /** As far as the line goes. */
  readonly words: readonly string[];
}

function* files(folder: string, ending: string): Iterable<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.name === 'node_modules' || entry.name === 'gen') continue;
    if (entry.isDirectory()) yield* files(file, ending);
    else if (entry.name.endsWith(ending)) yield file;
  }
}

function* mentions(): Iterable<Mention> {
  const sources = readdirSync(path.join(ROOT, 'packages')).map((name) =>
    path.join(ROOT, 'packages', name, 'src'),
  );
  const docs = [...files(path.join(ROOT, 'docs'), '.md'), path.join(ROOT, 'README.md')];
  for (const file of [...sources.flatMap((folder) => [...files(folder, '.ts')]), ...docs]) {
    const text = readFileSync(file, 'utf8');
    for (const [, program = '', rest = ''] of text.matchAll(
      /(?<![\w/@.-])(flowmesh(?:-admin)?) ([a-z-][^\n'"`();]*)/g,
    )) {
      const words = rest.trim().split(/\s+/);
      yield { file: path.relative(ROOT, file), program: program as Program, words };
    }
  }
}

const helps = new Map<string, Promise<string>>();

function helpOf(program: Program, words: readonly string[]): Promise<string> {
  const key = [program, ...words].join(' ');
  const known =
    helps.get(key) ??
    run([...words, '--help'], { program: PROGRAMS[program] }).then((outcome) => outcome.stdout);
  helps.set(key, known);
  return known;
}

/** Subcommands by the names that the documents use, without aliases; empty for a command without any. */
function subcommands(help: string): readonly string[] {
  const listed = /\nCommands:\n([\s\S]*)/.exec(help)?.[1] ?? '';
  return [...listed.matchAll(/^ {2}([a-z][a-z|-]*)/gm)].map(([, names = '']) => names.split('|')[0] ?? '');
}

/** What is wrong with a mention; undefined where all of it exists. */
async function faultOf({ program, words }: Mention): Promise<string | undefined> {
  const command: string[] = [];
  const rest = [...words];
  let help = await helpOf(program, []);
  for (let known = subcommands(help); known.length > 0; known = subcommands(help)) {
    // `list|describe` names several, and punctuation ends a sentence.
    const names = (rest[0] ?? '').replace(/[.,:…]+$/, '').split('|');
    if (!/^[a-z]/.test(names[0] ?? '')) break;
    const missing = names.find((name) => !known.includes(name));
    if (missing !== undefined) return [program, ...command, missing].join(' ');
    if (names.length > 1) return undefined;
    command.push(names[0] as string);
    if (rest.shift()?.endsWith(names[0] as string) !== true) return undefined;
    help = await helpOf(program, command);
  }
  const general = await helpOf(program, []);
  const flags = rest.flatMap((word) => /^[[(]?(--[a-z][a-z-]*)/.exec(word)?.[1] ?? []);
  const unknown = flags.find((flag) => !help.includes(flag) && !general.includes(flag));
  return unknown === undefined ? undefined : [program, ...command, unknown].join(' ');
}

it('every command that a source or a document names exists, and has the options that it is named with', async () => {
  const faults: string[] = [];
  let count = 0;
  for (const mention of mentions()) {
    count++;
    const fault = await faultOf(mention);
    if (fault !== undefined) faults.push(`${mention.file}: ${fault}`);
  }
  expect(faults).toEqual([]);
  expect(count).toBeGreaterThan(60);
});

it('a command, a subcommand and an option that do not exist are noticed', async () => {
  const named = (text: string) => faultOf({ file: '', program: 'flowmesh-admin', words: text.split(' ') });
  expect(await named('node-list')).toBe('flowmesh-admin node-list');
  expect(await named('nodes lst')).toBe('flowmesh-admin nodes lst');
  expect(await named('nodes list --everything')).toBe('flowmesh-admin nodes list --everything');
  expect(await named('nodes list, then go on')).toBeUndefined();
});
