/**
 * Where the programs of peers come from: Maven, Go's proxy, npm and Debian, each through its own tool, into the cache folder that the matrix
 * of Kafka's clients uses too. Nothing is installed into the system. Versions are fixed here, so that a table can be made again.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cached, onPath } from '../../test/kafka/toolchains.ts';

export const VERSIONS = {
  kafka: '4.1.1',
  nats: '2.15.2',
  etcd: '3.7.3',
  natsClient: '3.4.0',
  amqpClient: '2.3.1',
  redisClient: '6.3.1',
} as const;

/** A folder, or what is missing. */
export type Installed =
  | { readonly kind: 'there'; readonly folder: string }
  | { readonly kind: 'missing'; readonly what: string };

const SELF = import.meta.filename;
/** Its own client library is Go's. */
const ETCD_CLIENT = path.join(import.meta.dirname, 'drivers', 'etcd-client.go');
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
};

async function made(
  name: string,
  tools: readonly string[],
  commands: (folder: string) => readonly (readonly string[])[],
): Promise<Installed> {
  const absent = tools.find((tool) => !onPath(tool));
  if (absent !== undefined) return { kind: 'missing', what: `${absent} is not on this machine` };
  const { folder, missing } = await cached(name, [SELF, ETCD_CLIENT], async (into) => commands(into));
  return missing === undefined ? { kind: 'there', folder } : { kind: 'missing', what: missing };
}

/** `lib/`: the jars of the broker and its tools. */
export function installKafka(): Promise<Installed> {
  return made('peer-kafka', ['java', 'mvn'], (folder) => {
    writeFileSync(path.join(folder, 'pom.xml'), POM);
    return [
      ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=lib'],
    ];
  });
}

/** `nats-server`, and its own client for Node. */
export function installNats(): Promise<Installed> {
  return made('peer-nats', ['go', 'npm'], (folder) => [
    ['env', `GOBIN=${folder}`, 'go', 'install', `github.com/nats-io/nats-server/v2@v${VERSIONS.nats}`],
    npm(
      folder,
      `@nats-io/transport-node@${VERSIONS.natsClient}`,
      `@nats-io/jetstream@${VERSIONS.natsClient}`,
      `@nats-io/kv@${VERSIONS.natsClient}`,
    ),
  ]);
}

/** `server` and `client`. Built as part of a module of its own, because `go install` refuses modules that replace others. */
export function installEtcd(): Promise<Installed> {
  return made('peer-etcd', ['go'], (folder) => {
    const module = 'go.etcd.io/etcd/server/v3';
    writeFileSync(path.join(folder, 'go.mod'), `module peer-etcd\n\nrequire ${module} v${VERSIONS.etcd}\n`);
    writeFileSync(
      path.join(folder, 'main.go'),
      `package main\n\nimport (\n\t"os"\n\n\t"${module}/etcdmain"\n)\n\nfunc main() { etcdmain.Main(os.Args) }\n`,
    );
    mkdirSync(path.join(folder, 'load'));
    copyFileSync(ETCD_CLIENT, path.join(folder, 'load', 'main.go'));
    return [
      ['go', 'build', '-mod=mod', '-o', path.join(folder, 'server'), '.'],
      ['go', 'build', '-mod=mod', '-o', path.join(folder, 'client'), './load'],
    ];
  });
}

/** `root/`: Debian's packages, unpacked; and a client. */
export function installRabbitMq(): Promise<Installed> {
  return made('peer-rabbitmq', ['apt-get', 'dpkg', 'npm'], (folder) => [
    ...debian(folder, ['rabbitmq-server', ...ERLANG.map((name) => `erlang-${name}`)]),
    // Debian's launcher of Erlang knows no other place than the one that the package was made for.
    [
      'sed',
      '-i',
      `s#ROOTDIR=/usr/lib/erlang#ROOTDIR='${folder}/root/usr/lib/erlang'#`,
      erlangLauncher(folder),
    ],
    npm(folder, `amqplib@${VERSIONS.amqpClient}`),
  ]);
}

/** `root/`: Debian's packages, unpacked; and a client. */
export function installRedis(): Promise<Installed> {
  return made('peer-redis', ['apt-get', 'dpkg', 'npm'], (folder) => [
    ...debian(folder, ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1']),
    npm(folder, `@redis/client@${VERSIONS.redisClient}`),
  ]);
}

function erlangLauncher(folder: string): string {
  return path.join(folder, 'root', 'usr', 'lib', 'erlang', 'bin', 'erl');
}

/** What RabbitMQ's package asks for of Erlang's. */
const ERLANG = [
  'base',
  'asn1',
  'crypto',
  'eldap',
  'ftp',
  'inets',
  'mnesia',
  'os-mon',
  'parsetools',
  'public-key',
  'runtime-tools',
  'snmp',
  'ssl',
  'syntax-tools',
  'tftp',
  'tools',
  'xmerl',
];

function npm(folder: string, ...packages: readonly string[]): readonly string[] {
  if (!existsSync(path.join(folder, 'package.json')))
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  return ['npm', 'install', '--no-audit', '--no-fund', '--no-save', '--ignore-scripts', ...packages];
}

/** Fetches packages and unpacks them into `root/`. Names are fixed above: nothing of them is a shell's. */
function debian(folder: string, packages: readonly string[]): readonly (readonly string[])[] {
  const unpack = `for deb in '${folder}'/*.deb; do dpkg -x "$deb" '${folder}/root' || exit 1; done`;
  return [
    ['apt-get', 'download', ...packages],
    ['sh', '-c', unpack],
  ];
}

/** Where unpacked packages have their libraries. */
export function libraryPath(folder: string): string {
  const triplet = ARCHITECTURES[process.arch] ?? '';
  return ['usr/lib', 'lib'].map((base) => path.join(folder, 'root', base, triplet)).join(':');
}

/** The version that Debian's package has, out of its file's name. */
export function debianVersion(folder: string, name: string): string {
  const file = readdirSync(folder).find((one) => one.startsWith(`${name}_`) && one.endsWith('.deb')) ?? '';
  return decodeURIComponent(file.split('_')[1] ?? 'unknown').replace(/^\d+:/, '');
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>flowmesh.bench</groupId>
  <artifactId>peer-kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSIONS.kafka}</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${VERSIONS.kafka}</version></dependency>
  </dependencies>
</project>
`;
