/**
 * `node test/deploy/prove-kubernetes.ts --tools FOLDER`: gives deploy/kubernetes and the chart, with several values, to a real
 * Kubernetes API server, which checks every field, and with the Pod Security Standard `restricted` in force. Prints what
 * was seen; exits 1 if something is refused or warned of, 77 if the machine lacks the tools. Needs kubectl, and in FOLDER what
 * deploy/test/build-kubernetes-tools.sh makes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseAllDocuments, stringify } from 'yaml';
import { ApiServer } from './api-server.ts';
import { missingTools } from './containers.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
const CHART = path.join(root, 'deploy', 'helm', 'flowmesh');
const EXIT_SKIPPED = 77;

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly template?: { readonly metadata: object; readonly spec: object } };
}

/** Values that each turn on what the defaults leave off. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  'default values': [],
  'clients that say who they are, over TLS': [
    'security.authentication=required',
    'security.tls.existingSecret=node-tls',
    'security.tls.clientCertificate.kafka=optional',
  ],
  'one node': ['replicas=1', 'cluster.bootstrapExpect=1'],
  'five nodes that joined later, drained when they stop': [
    'replicas=5',
    'joinToken.existingSecret=flowmesh-join',
    'preStop.mode=drain',
    'terminationGracePeriodSeconds=120',
  ],
  'everything else': [
    'scheduling.antiAffinity=preferred',
    'scheduling.whenUnsatisfiable=DoNotSchedule',
    'scheduling.nodeSelector.disk=fast',
    'scheduling.tolerations[0].key=broker',
    'scheduling.tolerations[0].operator=Exists',
    'persistence.storageClassName=fast',
    'service.type=LoadBalancer',
    'service.annotations.a=b',
    'imagePullSecrets[0].name=registry',
    'config.storage.reserveBytes=5GiB',
    'extraEnv[0].name=NODE_OPTIONS',
    'extraEnv[0].value=--max-old-space-size=512',
    'networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.name=monitoring',
    'podAnnotations.a=b',
    'podLabels.a=b',
  ],
};

class Proof {
  private readonly server: ApiServer;
  private readonly helm: string;
  private readonly broken: string[] = [];

  constructor(server: ApiServer, helm: string) {
    this.server = server;
    this.helm = helm;
  }

  private check(promise: string, holds: boolean, seen: string): void {
    console.log(
      `${holds ? 'ok  ' : 'FAIL'} ${promise}${seen === '' ? '' : `\n     ${seen.replaceAll('\n', '\n     ')}`}`,
    );
    if (!holds) this.broken.push(promise);
  }

  private apply(promise: string, text: string): void {
    const strict = ['--validate=strict', '--warnings-as-errors', '--server-side'];
    const { code, output } = this.server.kubectl(['apply', ...strict, '-f', '-'], text);
    this.check(promise, code === 0, output);
  }

  private render(
    namespace: string,
    values: readonly string[],
  ): { readonly code: number; readonly text: string } {
    const args = ['template', 'flowmesh', CHART, '--namespace', namespace, '--kube-version', '1.36.0'];
    const set = values.flatMap((value) => ['--set', value]);
    const { status, stdout, stderr } = spawnSync(this.helm, [...args, ...set], { encoding: 'utf8' });
    return { code: status ?? 1, text: status === 0 ? stdout : stderr };
  }

  /** The pod that the StatefulSet would make: controllers do not run here, and only pods are held to the security standard. */
  private applyPod(promise: string, manifests: readonly Manifest[]): void {
    const set = manifests.find(({ kind }) => kind === 'StatefulSet');
    const { metadata, spec } = set?.spec?.template ?? { metadata: {}, spec: {} };
    const volumes = (spec as { volumes?: readonly object[] }).volumes ?? [];
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'flowmesh-0', namespace: set?.metadata.namespace },
      spec: {
        ...spec,
        volumes: [...volumes, { name: 'data', persistentVolumeClaim: { claimName: 'data-flowmesh-0' } }],
      },
    };
    this.apply(promise, stringify(pod));
  }

  private variant(name: string, values: readonly string[], index: number): void {
    const namespace = `variant-${index}`;
    this.apply(
      `namespace for ${name}`,
      stringify({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: namespace,
          labels: {
            'pod-security.kubernetes.io/enforce': 'restricted',
            'pod-security.kubernetes.io/warn': 'restricted',
          },
        },
      }),
    );
    const { code, text } = this.render(namespace, values);
    if (code !== 0) {
      this.check(`chart, ${name}: is rendered`, false, text);
      return;
    }
    const manifests = parseAllDocuments(text)
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null);
    this.apply(`chart, ${name}: ${manifests.length} objects accepted`, text);
    this.applyPod(`chart, ${name}: its pod is restricted enough`, manifests);
  }

  run(): readonly string[] {
    const kustomized = spawnSync('kubectl', ['kustomize', path.join(root, 'deploy', 'kubernetes')], {
      encoding: 'utf8',
    });
    this.check('deploy/kubernetes can be kustomized', kustomized.status === 0, kustomized.stderr);
    this.apply('deploy/kubernetes is accepted', kustomized.stdout);
    for (const [index, [name, values]] of Object.entries(VARIANTS).entries())
      this.variant(name, values, index);
    const wrong = this.server.kubectl(
      ['apply', '--validate=strict', '--server-side', '-f', '-'],
      kustomized.stdout.replace('podManagementPolicy', 'podManagementPolcy'),
    );
    this.check('a slip in a manifest would be seen', wrong.code !== 0, '');
    const few = this.render('x', ['replicas=1']);
    this.check(
      'fewer nodes than founders are refused',
      few.code !== 0 && few.text.includes('never meet'),
      '',
    );
    const unknown = this.render('x', ['replica=3']);
    this.check('an unknown value is refused', unknown.code !== 0, '');
    return this.broken;
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { tools: { type: 'string' } } });
  const folder = path.resolve(values.tools ?? '.');
  const absent = ['etcd', 'kube-apiserver', 'helm'].filter((name) => !existsSync(path.join(folder, name)));
  const missing = [...missingTools(['kubectl']), ...absent];
  if (missing.length > 0) {
    console.log(
      `skipped: ${missing.join(', ')} missing; deploy/test/build-kubernetes-tools.sh FOLDER makes them`,
    );
    return EXIT_SKIPPED;
  }
  const server = await ApiServer.start(folder);
  try {
    console.log();
    const broken = new Proof(server, path.join(folder, 'helm')).run();
    console.log(broken.length === 0 ? 'all promises hold' : `broken: ${broken.join('; ')}`);
    return broken.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
}

process.exitCode = await main();
