/**
 * What READMEs and documents show, done: every `ts` block is a program of `examples/`, word for word, and every `sh` block is run as it stands,
 * in the order of the document, against one broker; a `text` block after it is what it prints. A program that several documents show runs once. Other blocks are for reading only.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startBroker, type TestBroker } from '@flowmesh/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
const EXAMPLES = path.join(ROOT, 'examples');
const BLOCK_TIMEOUT_MS = 120_000;

/** What the package manager does for `npx`, without its start. */
const NPX =
  'npx() { local name=$1; shift; case $name in node) node "$@";; *) node "packages/cli/src/bin/$name.js" "$@";; esac; }';

interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  /** Of the `text` block that follows. */
  readonly printed: string | undefined;
}

function blocksOf(file: string): readonly Block[] {
  const source = readFileSync(path.join(ROOT, file), 'utf8');
  return [...source.matchAll(/^```(\w*)\n([\s\S]*?)^```$(?:\n+^```text\n([\s\S]*?)^```$)?/gm)].map(
    (match) => ({
      language: match[1] ?? '',
      text: match[2] ?? '',
      line: source.slice(0, match.index).split('\n').length,
      printed: match[3],
    }),
  );
}

/** Programs by what a document shows of them: all but the comment at the top. */
function programs(): ReadonlyMap<string, string> {
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'));
  return new Map(
    names.map((name) => [
      readFileSync(path.join(EXAMPLES, name), 'utf8').replace(/^\/\*\*[\s\S]*?\*\/\n/, ''),
      name,
    ]),
  );
}

interface Outcome {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Interrupted, as by Ctrl-C, once it has printed this. */
  readonly until?: string | undefined;
}

function execute(command: readonly string[], { env, until }: RunOptions): Promise<Outcome> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: BLOCK_TIMEOUT_MS,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    if (until !== undefined && stdout === until) child.kill('SIGINT');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? undefined, stdout, stderr }));
  });
}

const documents = [
  'README.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'packages/client/README.md',
  'packages/testing/README.md',
].map((file) => ({ file, blocks: blocksOf(file) }));
const known = programs();

let broker: TestBroker;
let env: Record<string, string | undefined>;
const home = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-examples-'));

beforeAll(async () => {
  broker = await startBroker();
  env = {
    ...process.env,
    HOME: home,
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`,
    FLOWMESH_URL: broker.endpoints.join(','),
    FLOWMESH_CONTEXT: undefined,
    FLOWMESH_OUTPUT: undefined,
    NODE_TEST_CONTEXT: undefined,
    NODE_OPTIONS: undefined,
    // Dozens of programs that are all the same code.
    NODE_COMPILE_CACHE: path.join(home, 'compiled'),
  };
});

afterAll(async () => {
  await broker.stop();
  rmSync(home, { recursive: true });
});

const outcomes = new Map<string, Promise<Outcome>>();

/** What the documents say that a program prints. */
function printedBy(text: string): string | undefined {
  const blocks = documents.flatMap((document) => document.blocks);
  return blocks.find((block) => block.text === text && block.printed !== undefined)?.printed;
}

function outcomeOf(name: string, text: string): Promise<Outcome> {
  const args = name.endsWith('.test.ts') ? ['--test'] : [];
  const until = text.includes("once('SIGINT'") ? printedBy(text) : undefined;
  const outcome =
    outcomes.get(name) ?? execute([process.execPath, ...args, path.join(EXAMPLES, name)], { env, until });
  outcomes.set(name, outcome);
  return outcome;
}

async function runProgram(name: string, { text, printed }: Block): Promise<void> {
  const { code, stdout, stderr } = await outcomeOf(name, text);
  expect(code, `${name}: ${stdout}${stderr}`).toBe(0);
  if (printed !== undefined) expect(stdout).toBe(printed);
}

async function runShell(script: string, printed: string | undefined): Promise<void> {
  const outcome = await execute(['bash', '-c', `set -euo pipefail\n${NPX}\n${script}`], { env });
  expect(outcome.code, `${outcome.stdout}${outcome.stderr}`).toBe(0);
  if (printed !== undefined) expect(outcome.stdout).toBe(printed);
}

const runnable = ({ language }: Block): boolean => language === 'ts' || language === 'sh';

describe.each(documents.filter(({ blocks }) => blocks.some(runnable)))('$file', ({ file, blocks }) => {
  for (const block of blocks.filter(runnable)) {
    const { language, text, line, printed } = block;
    it(`does what line ${line} says`, async () => {
      if (language === 'sh') return await runShell(text, printed);
      const name = known.get(text);
      if (name === undefined)
        throw new Error(`${file}:${line} shows a program that is not in examples/, word for word`);
      await runProgram(name, block);
    });
  }
});

it('every example stands in a document', () => {
  const shown = new Set(documents.flatMap(({ blocks }) => blocks.map(({ text }) => text)));
  expect([...known].filter(([text]) => !shown.has(text)).map(([, name]) => name)).toEqual([]);
});

/** Rows of the table under a heading that begins with "Configuration": key and default. */
function settingsIn(file: string): ReadonlyMap<string, string> {
  const section = /^## Configuration[\s\S]*?(?=^## |(?![\s\S]))/m.exec(
    readFileSync(path.join(ROOT, file), 'utf8'),
  );
  const rows = (section?.[0] ?? '').matchAll(/^\| `([\w.]+)` \| ([^|]+) \|/gm);
  return new Map([...rows].map(([, key = '', value = '']) => [key, value]));
}

it.each([
  ['docs/queues.md', 'queue'],
  ['docs/kv.md', 'bucket'],
  ['docs/streams.md', 'stream'],
] as const)('%s names every setting of a %s, with its default', async (file, kind) => {
  const mesh = await broker.mesh();
  const admin = { queue: mesh.queues, bucket: mesh.kv, stream: mesh.streams }[kind];
  await admin.create({ name: 'described' });
  const entries = await mesh.cluster.config.get(`${kind}:described`);
  const defaults = new Map(entries.map(({ key, defaultValue }) => [key, defaultValue]));
  expect(Object.fromEntries(settingsIn(file))).toEqual(Object.fromEntries(defaults));
});
