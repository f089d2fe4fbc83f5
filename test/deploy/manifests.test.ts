/**
 * What deploy/ says of nodes, held against the node itself: every configuration in it is one that a node would accept, and the parts
 * of each manifest name each other correctly. Where helm, kubectl or systemd-analyze are on the PATH they look at it too.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadConfig } from '../../packages/broker/src/config/load.ts';
import { readComposeFile } from './compose-file.ts';
import { missingTools } from './containers.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const deploy = path.join(root, 'deploy');
const read = (...parts: readonly string[]): string => readFileSync(path.join(deploy, ...parts), 'utf8');

const lacks = (...names: readonly string[]): boolean => missingTools(names).length > 0;

interface Variable {
  readonly name: string;
  readonly value?: string;
}

/** The parts of Kubernetes objects that are looked at below. */
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly clusterIP?: string;
    readonly publishNotReadyAddresses?: boolean;
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: ReadonlyArray<{ readonly port: number; readonly targetPort: string }>;
    readonly serviceName: string;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly terminationGracePeriodSeconds: number;
        readonly volumes: readonly object[];
        readonly containers: ReadonlyArray<{
          readonly volumeMounts: readonly object[];
          readonly env: readonly Variable[];
          readonly ports: ReadonlyArray<{ readonly name: string; readonly containerPort: number }>;
          readonly lifecycle: {
            readonly preStop: { readonly exec: { readonly command: readonly string[] } };
          };
        }>;
      };
    };
  };
}

const manifests = parseAllDocuments(read('kubernetes', 'flowmesh.yaml')).map(
  (document) => document.toJS() as Manifest,
);

/** What the chart makes of these values. */
function rendered(values: readonly string[]): readonly Manifest[] {
  const set = values.flatMap((value) => ['--set', value]);
  const chart = path.join(deploy, 'helm', 'flowmesh');
  const args = ['template', 'flowmesh', chart, '--kube-version', '1.36.0', '--skip-tests', ...set];
  const { status, stdout, stderr } = spawnSync('helm', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout, { version: '1.1' }).map((document) => document.toJS() as Manifest);
}

function objectIn(objects: readonly Manifest[], kind: string): Manifest {
  const found = objects.find((item) => item.kind === kind);
  if (found === undefined) throw new Error(`there is no ${kind}`);
  return found;
}

function manifest(kind: string, name = 'flowmesh'): Manifest {
  const found = manifests.find((item) => item.kind === kind && item.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

describe('the image', () => {
  it('has a configuration that lacks only what its user must say', () => {
    const file = path.join(deploy, 'node.container.yaml');
    expect(() => loadConfig({ file })).toThrow(/cluster/);
    const environment = {
      FLOWMESH_CLUSTER__ID: 'x',
      FLOWMESH_CLUSTER__BOOTSTRAP_EXPECT: '1',
      FLOWMESH_INSECURE: 'true',
    };
    expect(loadConfig({ file, environment }).node.dataDir).toBe('/var/lib/flowmesh');
  });

  it('exposes the ports that its configuration listens on', () => {
    const { listeners } = parse(read('node.container.yaml')) as {
      readonly listeners: Readonly<Record<string, { readonly port: number }>>;
    };
    const exposed = /^EXPOSE (.+)$/m.exec(read('Dockerfile'))?.[1]?.split(' ').map(Number);
    expect(exposed).toEqual(Object.values(listeners).map(({ port }) => port));
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(read('Dockerfile')).toContain(`ARG VERSION=${version}`);
    expect(read('compose.yaml')).toContain(`flowmesh:\${FLOWMESH_VERSION:-${version}}`);
    expect(read('helm', 'flowmesh', 'Chart.yaml')).toContain(`appVersion: "${version}"`);
  });
});

describe('Compose', () => {
  const { nodes } = readComposeFile();

  it.each(nodes)('gives $name an environment that a node accepts', ({ name, environment, address }) => {
    const config = loadConfig({ file: path.join(deploy, 'node.container.yaml'), environment });
    expect(config.node.name).toBe(name);
    expect(config.node.advertise).toBe(name);
    expect(config.cluster.seeds).toContain(`${name}:50052`);
    expect(config.cluster.bootstrapExpect).toBe(nodes.length);
    expect(config.listeners.grpc.advertised).toBe(`${address}:50051`);
  });
});

describe('Kubernetes', () => {
  const set = manifest('StatefulSet');
  const peers = manifest('Service', 'flowmesh-peers');
  const container = set.spec.template.spec.containers[0];

  it('gives the nodes a configuration that they accept, which finds the peers by the name of their service', () => {
    const text = manifest('ConfigMap').data['node.yaml'] ?? '';
    const variables = (container?.env ?? []).filter(({ value }) => value !== undefined);
    const pod = (value: string): string =>
      value.replaceAll('$(POD_NAME)', 'flowmesh-0').replaceAll('$(POD_NAMESPACE)', 'flowmesh');
    const environment = Object.fromEntries(variables.map(({ name, value }) => [name, pod(value ?? '')]));
    const config = loadConfig({ file: 'node.yaml', readText: () => text, environment });
    expect(config.cluster.discovery.dns?.name).toBe('flowmesh-peers.flowmesh.svc.cluster.local');
    expect(config.node.advertise).toBe('flowmesh-0.flowmesh-peers.flowmesh.svc.cluster.local');
    const { grpc, peer, http, kafka } = config.listeners;
    const listens = [grpc, peer, http, kafka];
    expect(container?.ports.map(({ containerPort }) => containerPort)).toEqual(
      listens.map((one) => one?.port),
    );
  });

  it('publishes the peers before they are ready, under the name that the StatefulSet uses', () => {
    expect(peers.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(set.spec.serviceName).toBe(peers.metadata.name);
  });

  it('has services that select the pods and name their ports', () => {
    const names = container?.ports.map(({ name }) => name) ?? [];
    for (const service of [peers, manifest('Service')]) {
      expect(set.spec.template.metadata.labels).toMatchObject(service.spec.selector);
      for (const { targetPort } of service.spec.ports) expect(names).toContain(targetPort);
    }
  });

  it('leaves the node time to stop after preStop', () => {
    const value = (name: string): number =>
      Number(container?.env.find((variable) => variable.name === name)?.value);
    const before = Math.max(value('FLOWMESH_PRESTOP_WAIT_S'), value('FLOWMESH_PRESTOP_DEADLINE_S'));
    expect(set.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(before + 15);
    const script = container?.lifecycle.preStop.exec.command[0] ?? '';
    expect(script).toBe('/opt/flowmesh/deploy/scripts/prestop.sh');
  });

  it.skipIf(lacks('helm'))('is what the chart renders', () => {
    const { status, stdout, stderr } = spawnSync(path.join(deploy, 'test', 'render-manifests.sh'), {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(read('kubernetes', 'flowmesh.yaml')).toBe(stdout);
  });

  it.skipIf(lacks('helm'))('asks clients who they are, over TLS, where the chart is told so', () => {
    const secured = rendered([
      'security.authentication=required',
      'security.sessionLifetimeMs=3600000',
      'security.tls.existingSecret=node-tls',
      'security.tls.clientCertificate.kafka=optional',
    ]);
    const text = objectIn(secured, 'ConfigMap').data['node.yaml'] ?? '';
    const { security, listeners } = loadConfig({ file: 'node.yaml', readText: () => text });
    expect(security).toMatchObject({ authentication: 'required', sessionLifetimeMs: 3_600_000 });
    const files = { cert: '/etc/flowmesh-tls/tls.crt', key: '/etc/flowmesh-tls/tls.key' };
    expect(listeners.grpc.tls).toEqual({ ...files, clientCertificate: 'none' });
    const ca = '/etc/flowmesh-tls/ca.crt';
    expect(listeners.kafka?.tls).toEqual({ ...files, ca, clientCertificate: 'optional' });
    const { template } = objectIn(secured, 'StatefulSet').spec;
    expect(template.spec.volumes).toContainEqual({
      name: 'tls',
      secret: { secretName: 'node-tls', defaultMode: 0o440 },
    });
    const [node] = template.spec.containers;
    expect(node?.volumeMounts).toContainEqual({
      name: 'tls',
      mountPath: '/etc/flowmesh-tls',
      readOnly: true,
    });
    expect(node?.env).toContainEqual({
      name: 'FLOWMESH_TOKEN_FILE',
      value: '/var/lib/flowmesh/admin.token',
    });
  });

  it.skipIf(lacks('helm'))('is not rendered with client certificates and without TLS', () => {
    expect(() => rendered(['security.tls.clientCertificate.grpc=required'])).toThrow(/existingSecret/);
  });

  it.skipIf(lacks('kubectl'))('can be kustomized', () => {
    const { status, stdout } = spawnSync('kubectl', ['kustomize', path.join(deploy, 'kubernetes')], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(parseAllDocuments(stdout)).toHaveLength(manifests.length + 1);
  });
});

describe('systemd', () => {
  it.skipIf(lacks('systemd-analyze'))('accepts the unit and finds it well confined', () => {
    const unit = path.join(deploy, 'systemd', 'flowmesh.service');
    const verified = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
    // Where Node is elsewhere only its path is complained of.
    const faults = verified.stderr
      .split('\n')
      .filter((line) => line !== '' && !line.includes('/usr/bin/node'));
    expect(faults).toEqual([]);
    const args = ['security', '--offline=true', '--no-pager', '--threshold=25', unit];
    const confined = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
    expect(confined.status, confined.stdout.slice(-300)).toBe(0);
  });

  it('gives an example environment that the node accepts', () => {
    const lines = read('systemd', 'flowmesh.env.example')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split('=', 2) as [string, string]);
    const file = path.join(deploy, 'node.example.yaml');
    const config = loadConfig({ file, environment: Object.fromEntries(lines) });
    expect(config.node.name).toBe('flowmesh-1');
  });
});
