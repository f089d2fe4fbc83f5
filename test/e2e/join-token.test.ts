/** A cluster that requires join tokens, with real processes: one token lets in one node, once, while it is valid. */
import { expect, it } from 'vitest';
import { Shell } from './harness/cli.ts';
import { Cluster, type ClusterNode, type LogEntry, until } from './harness/cluster.ts';

const PATIENCE_MS = 120_000;

interface Created {
  readonly id: string;
  readonly token: string;
  readonly command: string;
}

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly usedBy: readonly string[];
}

/** What the nodes that it asked have answered the one that waits, as it says itself. */
function answersTo(node: ClusterNode): readonly string[] {
  return node
    .logEntries()
    .filter((entry) => entry['msg'] === 'waiting to be admitted to the cluster')
    .flatMap((entry) => entry['answers'] as readonly LogEntry[])
    .map((answer) => String(answer['said']));
}

async function refused(node: ClusterNode, reason: string): Promise<void> {
  await until(
    () => answersTo(node).some((said) => said.includes(reason)),
    PATIENCE_MS,
    () => `node ${node.id} was not refused because ${reason}: ${node.log().slice(-2_000)}`,
  );
  expect((await node.http('/readyz'))?.status).not.toBe(200);
}

it('a join token lets in one node, and nobody once it is used, expired or revoked', async () => {
  await using cluster = await Cluster.start({ nodes: 3, config: { log: { level: 'info' } } });
  const shell = new Shell(cluster.folder, cluster.endpoints.join(','));
  const create = (options = ''): Promise<Created> =>
    shell.json<Created>(`flowmesh-admin join-token create ${options}`);
  const starting = async (token?: string): Promise<ClusterNode> => {
    const node = await cluster.addNode(
      token === undefined ? {} : { config: { cluster: { joinToken: token } } },
    );
    node.start();
    return node;
  };

  await shell.json('flowmesh-admin config set cluster join.token.required=true');
  const once = await create('--description rack-7');
  expect(once.command).toContain(`--join-token ${once.token}`);
  const brief = await create('--ttl 1s');
  const revoked = await create();
  await shell.json(`flowmesh-admin join-token revoke ${revoked.id}`);

  const welcome = await starting(once.token);
  await cluster.ready(PATIENCE_MS, [welcome]);
  const states = async (): Promise<ReadonlyMap<string, string>> => {
    const tokens = await shell.json<readonly Listed[]>('flowmesh-admin join-token list');
    return new Map(tokens.map(({ id, state }) => [id, state]));
  };
  await until(
    async () => (await states()).get(brief.id) === 'expired',
    PATIENCE_MS,
    () => 'the token that is valid for a second does not expire',
  );
  expect(await states()).toEqual(
    new Map([
      [once.id, 'used'],
      [brief.id, 'expired'],
      [revoked.id, 'revoked'],
    ]),
  );

  const second = await starting(once.token);
  const late = await starting(brief.token);
  const unwanted = await starting(revoked.token);
  const silent = await starting();
  await refused(second, `UNAUTHENTICATED: join token ${once.id} was used as often as it may be (1)`);
  await refused(late, `UNAUTHENTICATED: join token ${brief.id} expired`);
  await refused(unwanted, `UNAUTHENTICATED: join token ${revoked.id} was revoked`);
  await refused(silent, 'UNAUTHENTICATED: the node shows no join token, and this cluster requires one');

  // Whom the token let in stays, also after a restart, and nobody else is a member.
  await welcome.stop();
  welcome.start();
  await cluster.ready(PATIENCE_MS, [welcome]);
  const nodes = await shell.json<readonly { readonly id: number }[]>('flowmesh-admin nodes list');
  expect(nodes.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
}, 180_000);
