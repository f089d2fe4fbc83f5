/** The clients of the matrix: what each needs, and how its program is started. */
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SCENARIOS, TOOLS } from './scenarios.ts';
import { cached, CLIENTS_DIR, filesOf, type Made, onPath } from './toolchains.ts';

export interface MatrixClient {
  readonly name: string;
  readonly language: string;
  readonly scenarios: readonly string[];
  /** Fetches and compiles what is not there yet. */
  readonly make: () => Promise<Made>;
}

const LIBRDKAFKA_HEADER = '/usr/include/librdkafka/rdkafka.h';
const JAVA_FLAGS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-Xmx256m'];

const inFolder = (name: string, file: string): string => path.join(CLIENTS_DIR, name, file);
const missing = (what: string): Made => ({ kind: 'missing', what });
const command = (...words: string[]): Made => ({ kind: 'command', command: words });
const nodeProgram = (name: string, ...rest: string[]): Made =>
  command(process.execPath, inFolder(name, 'program.ts'), ...rest);

async function withPackages(name: string, spec: string): Promise<Made> {
  const made = await cached(name, [inFolder(name, 'program.ts')], async (folder) => {
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    return [['npm', 'install', '--no-audit', '--no-fund', '--no-save', spec]];
  });
  return made.missing === undefined ? nodeProgram(name, made.folder) : missing(made.missing);
}

/**
 * Its addon is compiled against librdkafka's headers of the machine, for the Node of the machine: not for the one that npm put on the path,
 * whose headers may be out of reach.
 */
async function nodeRdkafka(name: string, version: string): Promise<Made> {
  const folders = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => !folder.includes('node_modules'));
  const node = folders.map((folder) => path.join(folder, 'node')).find((file) => existsSync(file));
  if (node === undefined) return missing('node');
  if (!existsSync(LIBRDKAFKA_HEADER)) return missing('librdkafka-dev');
  const program = inFolder(name, 'program.mjs');
  const environment = ['env', `PATH=${folders.join(path.delimiter)}`, 'BUILD_LIBRDKAFKA=0'];
  const made = await cached(name, [program], async (folder) => {
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const install = ['npm', 'install', '--no-audit', '--no-fund', '--no-save', `${name}@${version}`];
    return [[...environment, ...install]];
  });
  return made.missing === undefined ? command(node, program, made.folder) : missing(made.missing);
}

async function python(name: string): Promise<Made> {
  if (!onPath('python3')) return missing('python3');
  const requirements = inFolder(name, 'requirements.txt');
  const made = await cached(name, [requirements], async (folder) => [
    ['python3', '-m', 'venv', folder],
    [path.join(folder, 'bin', 'pip'), 'install', '-q', '-r', requirements],
  ]);
  if (made.missing !== undefined) return missing(made.missing);
  return command(path.join(made.folder, 'bin', 'python3'), '-u', inFolder(name, 'program.py'));
}

async function go(name: string): Promise<Made> {
  if (!onPath('go')) return missing('go');
  const source = path.join(CLIENTS_DIR, name);
  const made = await cached(name, filesOf(source), async (folder) => [
    ['go', 'build', '-C', source, '-mod=readonly', '-o', path.join(folder, 'program'), '.'],
  ]);
  return made.missing === undefined ? command(path.join(made.folder, 'program')) : missing(made.missing);
}

/** The folder with the jars of one version, and what was compiled against them. */
async function jars(
  name: string,
  what: { readonly version: string; readonly profile: string; readonly sources?: readonly string[] },
): Promise<{ readonly folder: string; readonly missing?: string }> {
  for (const tool of ['javac', 'mvn']) if (!onPath(tool)) return { folder: '', missing: tool };
  const pom = inFolder('java', 'pom.xml');
  const { sources = [] } = what;
  return await cached(name, [pom, ...sources], async (folder) => {
    copyFileSync(pom, path.join(folder, 'pom.xml'));
    const copy = ['mvn', '-q', '-B', `-Dkafka.version=${what.version}`, `-P${what.profile}`];
    const compile = ['javac', '-cp', 'lib/*', '-d', '.', ...sources];
    return [
      [...copy, 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'],
      ...(sources.length === 0 ? [] : [compile]),
    ];
  });
}

async function java(name: string, version: string, program = 'Program'): Promise<Made> {
  // What older clients do not have is in a class of its own.
  const more = program === 'Program' && !version.startsWith('3.') ? ['ShareGroups'] : [];
  const sources = [program, ...more].map((each) => inFolder('java', `${each}.java`));
  const made = await jars(name, { version, profile: 'clients', sources });
  if (made.missing !== undefined) return missing(made.missing);
  return command('java', ...JAVA_FLAGS, '-cp', `${made.folder}:${made.folder}/lib/*`, program);
}

/** What copies a topic into another, transaction by transaction. */
export async function javaCopier(): Promise<Made> {
  return await java('java-copier', '4.1.1', 'Copier');
}

async function kafkaTools(name: string, version: string): Promise<Made> {
  const made = await jars(name, { version, profile: 'tools' });
  if (made.missing !== undefined) return missing(made.missing);
  return nodeProgram('kafka-tools', `${made.folder}/lib/*`, version);
}

const client = (name: string, language: string, make: () => Promise<Made>): MatrixClient => ({
  name,
  language,
  scenarios: SCENARIOS,
  make,
});

export const CLIENTS: readonly MatrixClient[] = [
  client('kcat', 'C (librdkafka)', async () => (onPath('kcat') ? nodeProgram('kcat') : missing('kcat'))),
  client('kafkajs', 'Node', async () => nodeProgram('kafkajs')),
  client('platformatic', 'Node', () => withPackages('platformatic', '@platformatic/kafka@2.12.1')),
  client('node-rdkafka', 'Node (librdkafka)', () => nodeRdkafka('node-rdkafka', '2.18.0')),
  client('python-confluent', 'Python (librdkafka)', () => python('python-confluent')),
  client('python-kafka', 'Python', () => python('python-kafka')),
  client('go-franz', 'Go', () => go('go-franz')),
  client('java-3.9', 'Java', () => java('java-3.9', '3.9.1')),
  client('java-4', 'Java', () => java('java-4', '4.1.1')),
  {
    name: 'kafka-tools',
    language: 'Java',
    scenarios: TOOLS,
    make: () => kafkaTools('kafka-tools', '4.1.1'),
  },
];
