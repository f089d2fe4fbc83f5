/** What every command gets: the user's output wishes, a sink, a client of the chosen cluster. */
import { connect, type FlowMesh, type SecurityOptions } from '@flowmesh/client';
import { type EndpointChoice, resolveEndpoints } from './connection/endpoints.ts';
import { resolveSecurity, type SecurityChoice } from './connection/security.ts';
import { type CliEnvironment, colorWanted } from './environment.ts';
import { parseDurationMs } from './output/times.ts';
import { type Format, formatList, formatOne, type Column, parseFormat, type Style } from './output/format.ts';
import type { Sink } from './output/sink.ts';
import { usageError } from './failure.ts';

/** Options that every command understands. */
export interface GlobalOptions extends EndpointChoice, SecurityChoice {
  readonly output?: string;
  readonly timeout?: string;
}

export class Session {
  readonly environment: CliEnvironment;
  readonly sink: Sink;
  private readonly options: GlobalOptions;

  constructor(environment: CliEnvironment, sink: Sink, options: GlobalOptions) {
    this.environment = environment;
    this.sink = sink;
    this.options = options;
  }

  /** `-o`, else FLOWMESH_OUTPUT, else what suits the command. */
  style(preferred: Format = 'table'): Style {
    const wished = this.options.output ?? this.environment.variables['FLOWMESH_OUTPUT'];
    const format = wished === undefined || wished === '' ? preferred : parseFormat(wished);
    return { format, color: colorWanted(this.environment) };
  }

  /** For all attempts of a call together. */
  get timeoutMs(): number | undefined {
    const { timeout } = this.options;
    if (timeout === undefined) return undefined;
    const parsed = parseDurationMs(timeout);
    if (parsed === undefined)
      throw usageError(`${timeout} is not a duration`, 'Write for instance 500ms, 10s or 2m.');
    return parsed;
  }

  /** Where the cluster is, as the user said it. */
  get addresses(): readonly string[] {
    return resolveEndpoints(this.environment, this.options).addresses;
  }

  /** Who calls, and over what. */
  get security(): SecurityOptions {
    return resolveSecurity(this.environment, this.options);
  }

  get callOptions(): { readonly timeoutMs: number | undefined; readonly signal: AbortSignal } {
    return { timeoutMs: this.timeoutMs, signal: this.environment.interrupted };
  }

  async withMesh<T>(work: (mesh: FlowMesh) => Promise<T>): Promise<T> {
    const { addresses, timeoutMs } = this;
    const mesh = await connect({
      endpoints: addresses,
      ...this.security,
      signal: this.environment.interrupted,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    try {
      return await work(mesh);
    } finally {
      await mesh.close();
    }
  }

  async list<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Promise<void> {
    await this.sink.write(formatList(rows, columns, this.style()));
  }

  async one<Row>(row: Row, columns: readonly Column<Row>[]): Promise<void> {
    await this.sink.write(formatOne(row, columns, this.style()));
  }

  /** A remark for people, beside the output. */
  note(text: string): void {
    this.environment.stderr.write(`${text}\n`);
  }
}
