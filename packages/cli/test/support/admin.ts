/** `flowmesh-admin` against a fake cluster, with what differs between runs replaced. */
import { FakeCluster } from '../../../client/test/support/fake-cluster.ts';
import { flowmeshAdmin } from '../../src/flowmesh-admin.ts';
import { type Outcome, run, type RunOptions } from './run.ts';

export class AdminWorld implements AsyncDisposable {
  readonly cluster: FakeCluster;

  private constructor(cluster: FakeCluster) {
    this.cluster = cluster;
  }

  static async start(): Promise<AdminWorld> {
    return new AdminWorld(await FakeCluster.start());
  }

  /** Runs a command; addresses of nodes become `node-1`. */
  async admin(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const url = argv.includes('--url') ? [] : ['--url', this.cluster.endpoints.join(',')];
    const outcome = await run([...argv, ...url], { program: flowmeshAdmin, ...options });
    return { ...outcome, stdout: this.stable(outcome.stdout), stderr: this.stable(outcome.stderr) };
  }

  /** The JSON of a command that succeeds. */
  async json(argv: readonly string[]): Promise<unknown> {
    const outcome = await this.admin([...argv, '-o', 'json']);
    if (outcome.code !== 0)
      throw new Error(`${argv.join(' ')}: exit code ${outcome.code}\n${outcome.stderr}`);
    return JSON.parse(outcome.stdout) as unknown;
  }

  /** Requests that came for one method. */
  requests(method: Parameters<FakeCluster['admin']['requests']>[0]): object[] {
    return this.cluster.admin.requests(method);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cluster[Symbol.asyncDispose]();
  }

  private stable(text: string): string {
    return this.cluster.nodes.reduce((so, node) => so.replaceAll(node.address, `node-${node.id}`), text);
  }
}
