import { isFlowError, type FlowError } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { configJsonSchema } from '../../src/config/schema.ts';
import { flagAssignment, parseSetFlag } from '../../src/config/sources.ts';
import { nearestName } from '../../src/config/suggest.ts';
import { parseBytes, parseDurationMs } from '../../src/config/units.ts';

const BASE = 'cluster: { id: test, seeds: ["127.0.0.1:50052"] }\n';

interface Given {
  readonly text?: string;
  readonly environment?: Record<string, string>;
  readonly flags?: ReturnType<typeof flagAssignment>[];
  readonly files?: Record<string, string>;
}

function load({ text = BASE, environment = {}, flags = [], files = {} }: Given) {
  const all: Record<string, string> = { 'node.yaml': text, ...files };
  return loadConfig({
    file: 'node.yaml',
    environment,
    flags,
    readText: (path) => {
      const found = all[path];
      if (found === undefined) throw new Error(`no such file ${path}`);
      return found;
    },
  });
}

function failure(run: () => unknown): FlowError {
  try {
    run();
  } catch (error) {
    if (isFlowError(error)) return error;
    throw error;
  }
  throw new Error('expected a FlowError');
}

function expectFault(
  given: Given,
  expected: { path: string; cause: RegExp; hint: RegExp; origin?: string },
): void {
  const error = failure(() => load(given));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(expected.cause);
  expect(error.hint).toMatch(expected.hint);
  expect(error.details['path']).toBe(expected.path);
  if (expected.origin !== undefined) expect(error.details['origin']).toBe(expected.origin);
}

describe('precedence', () => {
  test('a flag wins over the environment, the environment over the file, the file over the default', () => {
    expect(load({}).log.level).toBe('info');
    const text = `${BASE}log: { level: debug }\n`;
    expect(load({ text }).log.level).toBe('debug');
    const environment = { FLOWMESH_LOG__LEVEL: 'warn' };
    expect(load({ text, environment }).log.level).toBe('warn');
    const flags = [flagAssignment('log.level', 'error', '--log-level')];
    expect(load({ text, environment, flags }).log.level).toBe('error');
  });

  test('environment alone can say all', () => {
    const config = loadConfig({
      environment: {
        FLOWMESH_CLUSTER__ID: 'c1',
        FLOWMESH_CLUSTER__SEEDS: 'a:1, b:2',
        FLOWMESH_NODE__DATA_DIR: '/d',
      },
    });
    expect(config.cluster).toMatchObject({ id: 'c1', initialMembers: [], seeds: ['a:1', 'b:2'] });
    expect(config.node.dataDir).toBe('/d');
  });

  test('a _FILE variable reads its value from the file, without the line end', () => {
    const environment = { FLOWMESH_CLUSTER__ID_FILE: '/run/secret' };
    expect(load({ environment, files: { '/run/secret': 'hidden\n' } }).cluster.id).toBe('hidden');
  });

  test('members can be given as JSON in the environment', () => {
    const members = [{ id: 1, peerAddress: 'a:1', grpcAddress: 'a:2', httpAddress: 'a:3' }];
    const environment = { FLOWMESH_CLUSTER__INITIAL_MEMBERS: JSON.stringify(members) };
    expect(load({ environment }).cluster.initialMembers).toEqual(members);
  });

  test('variables of other tools are left alone', () => {
    expect(load({ environment: { FLOWMESH_URL: 'x', FLOWMESH_TOKEN: 'y', OTHER: 'z' } }).cluster.id).toBe(
      'test',
    );
  });

  test('--set reaches every key', () => {
    expect(load({ flags: [parseSetFlag('raft.tickMs=50ms')] }).raft.tickMs).toBe(50);
  });
});

describe('values', () => {
  test('the configuration is frozen to its depth', () => {
    const config = load({});
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.listeners.grpc)).toBe(true);
    expect(Object.isFrozen(config.cluster.seeds)).toBe(true);
  });

  test('written units are understood, and a bare number is in the unit of the key', () => {
    const text = `${BASE}raft: { tickMs: 0.1s }\nstorage: { tailBytes: 1GiB, reserveBytes: 2000000 }\n`;
    const config = load({ text });
    expect(config.raft.tickMs).toBe(100);
    expect(config.storage.tailBytes).toBe(1_073_741_824);
    expect(config.storage.reserveBytes).toBe(2_000_000);
  });

  test.each([
    ['500ms', 500],
    ['1.5s', 1_500],
    ['7d', 604_800_000],
    ['2 h', 7_200_000],
    ['12', 12],
  ])('duration %s is %d ms', (text, expected) => expect(parseDurationMs(text)).toBe(expected));

  test.each(['', 'x', '1y', '-1s', '1.5ms', '1e3', '9999999999999999w'])('"%s" is no duration', (text) =>
    expect(parseDurationMs(text)).toBeUndefined(),
  );

  test.each([
    ['1GiB', 1_073_741_824],
    ['1GB', 1_000_000_000],
    ['64 kib', 65_536],
    ['10', 10],
    ['0.5MiB', 524_288],
  ])('size %s is %d bytes', (text, expected) => expect(parseBytes(text)).toBe(expected));

  test('the JSON Schema names every section and refuses unknown keys', () => {
    const schema = configJsonSchema() as {
      properties: Record<string, unknown>;
      additionalProperties: boolean;
    };
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['node', 'cluster', 'listeners', 'raft', 'storage', 'log', 'insecure']),
    );
    expect(schema.additionalProperties).toBe(false);
  });
});

describe('faults', () => {
  test('an unknown key is refused with the nearest known one', () => {
    const text = `${BASE}storage: { tailByte: 1MiB }\n`;
    expectFault(
      { text },
      { path: 'storage.tailByte', cause: /unknown key/, hint: /Did you mean tailBytes/, origin: 'node.yaml' },
    );
  });

  test('an unknown key like no other is refused with the list of known ones', () => {
    expectFault(
      { text: `${BASE}zzzzzzzz: 1\n` },
      { path: 'zzzzzzzz', cause: /unknown key/, hint: /Known keys at the top level: node, cluster/ },
    );
  });

  test('an unknown section in the environment is refused', () => {
    expectFault(
      { environment: { FLOWMESH_STORGE__TAIL_BYTES: '1' } },
      { path: 'FLOWMESH_STORGE__TAIL_BYTES', cause: /unknown section/, hint: /storage/ },
    );
  });

  test('a single underscore where nesting was meant is explained', () => {
    expectFault(
      { environment: { FLOWMESH_STORAGE_FSYNC: 'always' } },
      { path: 'FLOWMESH_STORAGE_FSYNC', cause: /unknown variable/, hint: /FLOWMESH_STORAGE__FSYNC/ },
    );
  });

  test('an unknown key in the environment names the variable', () => {
    expectFault(
      { environment: { FLOWMESH_LOG__LEVLE: 'info' } },
      {
        path: 'log.levle',
        cause: /FLOWMESH_LOG__LEVLE.*unknown key/,
        hint: /level/,
        origin: 'FLOWMESH_LOG__LEVLE',
      },
    );
  });

  test('a missing cluster id is named', () => {
    expectFault(
      { text: 'cluster: { seeds: ["a:1"] }' },
      { path: 'cluster.id', cause: /expected 1 to 64|missing/, hint: /cluster\.id/ },
    );
  });

  test.each([
    ['raft: { tickMs: 1y }', 'raft.tickMs', /duration such as 500ms/],
    ['raft: { tickMs: 1ms }', 'raft.tickMs', /between 10 and 1000/],
    ['storage: { tailBytes: lots }', 'storage.tailBytes', /size such as 64MiB/],
    ['storage: { fsync: never }', 'storage.fsync', /only "always"/],
    ['log: { level: loud }', 'log.level', /trace, debug/],
    ['node: { memory: maybe }', 'node.memory', /true or false/],
    ['listeners: { grpc: { port: 70000 } }', 'listeners.grpc.port', /between 0 and 65535/],
    ['listeners: { grpc: { advertised: nonsense } }', 'listeners.grpc.advertised', /host:port/],
  ])('%s is refused', (line, path, cause) => {
    expectFault({ text: `${BASE}${line}\n` }, { path, cause, hint: /Correct/ });
  });

  test('several faults are told at once', () => {
    const error = failure(() => load({ text: `${BASE}log: { level: loud }\nraft: { tickMs: 1y }\n` }));
    expect(error.details['faults']).toBe(2);
    expect(error.message).toContain('log.level');
    expect(error.message).toContain('raft.tickMs');
  });

  test('broken YAML is told with its place', () => {
    const error = failure(() => load({ text: 'cluster: [' }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toMatch(/node\.yaml: not valid YAML.*line/);
  });

  test('a file that cannot be read is told', () => {
    const error = failure(() => loadConfig({ file: '/nowhere/node.yaml' }));
    expect(error.message).toMatch(/cannot read the configuration file/);
    expect(error.hint).toMatch(/--config/);
  });

  test('a secret file that cannot be read is told', () => {
    expectFault(
      { environment: { FLOWMESH_CLUSTER__ID_FILE: '/nowhere' } },
      { path: 'FLOWMESH_CLUSTER__ID_FILE', cause: /cannot read/, hint: /may read/ },
    );
  });

  test('a listener beyond loopback refuses to start unless insecure is set', () => {
    const text = `${BASE}listeners: { http: { host: 0.0.0.0 } }\n`;
    expectFault(
      { text },
      { path: 'listeners.http.host', cause: /nothing asks who is calling/, hint: /--insecure/ },
    );
    expect(load({ text: `${text}insecure: true\n` }).listeners.http.host).toBe('0.0.0.0');
  });

  test('localhost, 127.x and ::1 are loopback', () => {
    for (const host of ['localhost', '127.8.9.1', '"::1"', '"[::1]"']) {
      expect(() => load({ text: `${BASE}listeners: { http: { host: ${host} } }\n` })).not.toThrow();
    }
  });

  test('the Kafka listener is there where it is asked for, under the same rules', () => {
    expect(load({ text: BASE }).listeners.kafka).toBeUndefined();
    const kafka = load({ text: `${BASE}listeners: { kafka: {} }\n` }).listeners.kafka;
    expect(kafka).toEqual({ host: '127.0.0.1', port: 9_092, named: {} });
    expectFault(
      { text: `${BASE}listeners: { kafka: { host: 0.0.0.0 } }\n` },
      { path: 'listeners.kafka.host', cause: /nothing asks who is calling/, hint: /--insecure/ },
    );
    expectFault(
      { text: `${BASE}listeners: { kafka: { port: 50051 } }\n` },
      { path: 'listeners.kafka.port', cause: /same address/, hint: /port of its own/ },
    );
  });

  test('further Kafka listeners have names, ports of their own and addresses of their own', () => {
    const outside = (text: string) => ({ text: `${BASE}listeners: { kafka: { named: ${text} } }\n` });
    const { listeners } = load({
      ...outside('{ outside: { port: 9094 } }'),
      environment: { FLOWMESH_LISTENERS__KAFKA__NAMED__OUTSIDE__ADVERTISED: 'a.example:9094' },
    });
    expect(listeners.kafka?.named).toEqual({
      outside: { host: '127.0.0.1', port: 9_094, advertised: 'a.example:9094' },
    });
    const path = 'listeners.kafka.named.outside';
    expectFault(outside('{ outside: {} }'), { path: `${path}.port`, cause: /number|missing/, hint: /port/ });
    expectFault(outside('{ outside: { port: 9092 } }'), {
      path: `${path}.port`,
      cause: /listeners.kafka has the same address/,
      hint: /port of its own/,
    });
    expectFault(outside('{ outside: { prot: 9092, port: 1 } }'), {
      path: `${path}.prot`,
      cause: /unknown key/,
      hint: /Did you mean port/,
    });
    expectFault(outside('{ Out-side: { port: 9094 } }'), {
      path: 'listeners.kafka.named.Out-side',
      cause: /1 to 16/,
      hint: /Correct/,
    });
  });

  test('two listeners on one port are refused', () => {
    expectFault(
      { text: `${BASE}listeners: { http: { port: 50051 } }\n` },
      { path: 'listeners.http.port', cause: /same address/, hint: /port of its own/ },
    );
  });

  const member = (id: number, port: number) =>
    `{ id: ${id}, peerAddress: "h:${port}", grpcAddress: "h:${port + 1}", httpAddress: "h:${port + 2}" }`;

  test('an initial id that is not listed is refused', () => {
    expectFault(
      { text: `cluster: { id: t, initialMembers: [${member(1, 10)}] }\nnode: { initialId: 2 }\n` },
      { path: 'node.initialId', cause: /not in cluster\.initialMembers/, hint: /joins/ },
    );
  });

  test('a member listed twice is refused', () => {
    expectFault(
      { text: `cluster: { id: t, initialMembers: [${member(1, 10)}, ${member(1, 20)}] }\n` },
      { path: 'cluster.initialMembers', cause: /listed twice/, hint: /once/ },
    );
  });

  test('two members with one peer address are refused', () => {
    expectFault(
      { text: `cluster: { id: t, initialMembers: [${member(1, 10)}, ${member(2, 10)}] }\n` },
      { path: 'cluster.initialMembers', cause: /two members have the peer address/, hint: /of its own/ },
    );
  });

  const TOKEN = `fmjt_${'0a'.repeat(8)}_${'s'.repeat(43)}`;

  test('a number of founders and a list of them exclude each other', () => {
    const text = `cluster: { id: t, bootstrapExpect: 3, initialMembers: [${member(1, 10)}] }\n`;
    expectFault({ text }, { path: 'cluster.bootstrapExpect', cause: /not by both/, hint: /Remove/ });
  });

  test('a number of founders needs somewhere to look, unless it is one', () => {
    const alone = load({ text: 'cluster: { id: t, bootstrapExpect: 1 }' });
    expect(alone.cluster.bootstrapExpect).toBe(1);
    expectFault(
      { text: 'cluster: { id: t, bootstrapExpect: 3 }' },
      { path: 'cluster', cause: /nothing says/, hint: /mdns/ },
    );
    const mdns = load({
      text: 'cluster: { id: t, bootstrapExpect: 3, discovery: { mdns: { enabled: true } } }',
    });
    expect(mdns.cluster.discovery.mdns.enabled).toBe(true);
  });

  test('DNS discovery takes a name or an SRV name, not both and not neither', () => {
    const dns = (inside: string) => `cluster: { id: t, discovery: { dns: { ${inside} } } }`;
    expect(load({ text: dns('name: fm.default.svc') }).cluster.discovery.dns?.name).toBe('fm.default.svc');
    expect(load({ text: dns('srv: _peer._tcp.fm') }).cluster.discovery.dns?.srv).toBe('_peer._tcp.fm');
    const path = 'cluster.discovery.dns';
    expectFault({ text: dns('') }, { path, cause: /neither/, hint: /Give name/ });
    expectFault({ text: dns('name: a, srv: b') }, { path, cause: /both/, hint: /Give name/ });
  });

  test('a join token that is none is refused without being shown', () => {
    expect(load({ environment: { FLOWMESH_CLUSTER__JOIN_TOKEN: TOKEN } }).cluster.joinToken).toBe(TOKEN);
    const environment = { FLOWMESH_CLUSTER__JOIN_TOKEN: 'fmjt_very-secret' };
    const error = failure(() => load({ environment }));
    expect(error.details['path']).toBe('cluster.joinToken');
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain('very-secret');
  });

  test('an advertised host has no port', () => {
    expect(load({ environment: { FLOWMESH_NODE__ADVERTISE: 'fd00::7' } }).node.advertise).toBe('fd00::7');
    expectFault(
      { environment: { FLOWMESH_NODE__ADVERTISE: '10.0.0.1:50052' } },
      { path: 'node.advertise', cause: /without a port/, hint: /node.advertise/ },
    );
  });

  test('neither founders nor seeds is refused', () => {
    expectFault(
      { text: 'cluster: { id: t }' },
      { path: 'cluster', cause: /nothing says where other nodes are/, hint: /seeds/ },
    );
  });

  test('an election timeout without room for heartbeats is refused', () => {
    expectFault(
      { text: `${BASE}raft: { heartbeatTicks: 5 }\n` },
      { path: 'raft.heartbeatTicks', cause: /no room for three heartbeats/, hint: /three times/ },
    );
  });

  test('--set without a value is refused', () => {
    expect(failure(() => parseSetFlag('log.level')).hint).toMatch(/section\.key=value/);
  });
});

test('the nearest name is only suggested when it is near', () => {
  expect(nearestName('levle', ['level', 'other'])).toBe('level');
  expect(nearestName('quantum', ['level', 'other'])).toBeUndefined();
});
