/**
 * Filters: CEL expressions over records, jobs and entries of buckets, for every API that reads.
 *   payload.total > 100 && headers.region == "eu"          attempts >= 3 && lastError.contains("timeout")
 *
 * The library parses; checking types and evaluating is done here, because evaluation must be bounded in steps, must treat numbers as
 * numbers, and must say what went wrong instead of failing a read. What cannot be evaluated for a value (a field that is
 * missing, text where a number is needed) does not match, and is counted.
 */
import { Environment, ParseError } from '@marcbachmann/cel-js';
import { FlowError } from '@flowmesh/base';
import { FilterCompiler } from './filter-compiler.ts';
import { FILTER_DEPTH_MAX, FILTER_NODES_MAX, FILTER_TEXT_MAX } from './filter-limits.ts';
import type { Compiled } from './filter-nodes.ts';
import { FilterRun } from './filter-run.ts';
import { FilterFault, filterError, placeOf } from './filter-source.ts';
import { Fault } from './filter-value.ts';
import { FILTER_VARIABLES } from './filter-views.ts';
import type { FilterKind, FilterVariable, FilterViews } from './filter-views.ts';

export type { FilterKind, FilterViews, HeaderView, JobView, KvView, RecordView } from './filter-views.ts';

/** Since the filter was compiled. */
export interface FilterCounters {
  readonly evaluated: number;
  readonly matched: number;
  /** Evaluations that ended in a fault, and so in no match. */
  readonly failed: number;
  /** The first of these faults, with its place. */
  readonly firstFailure: string | undefined;
  /** Work done, in steps of tens of nanoseconds: readers give way to others after enough of them. */
  readonly steps: number;
}

const parser = new Environment({
  unlistedVariablesAreDyn: true,
  limits: {
    maxAstNodes: FILTER_NODES_MAX,
    maxDepth: FILTER_DEPTH_MAX,
    maxListElements: FILTER_NODES_MAX,
    maxMapEntries: FILTER_NODES_MAX,
    maxCallArguments: 4,
  },
});

/** INVALID_ARGUMENT, with the place and a caret under it, where the text is no filter for this kind. */
export function compileFilter<K extends FilterKind>(text: string, kind: K): CompiledFilter<K> | FlowError {
  if (text.length > FILTER_TEXT_MAX)
    return new FlowError(
      'INVALID_ARGUMENT',
      `the filter has ${text.length} characters, more than ${FILTER_TEXT_MAX}`,
      {
        hint: 'Long lists of values are better kept in a header or field that producers set.',
      },
    );
  try {
    const variables = FILTER_VARIABLES[kind];
    const expression = new FilterCompiler(variables).compile(parser.parse(text).ast, []);
    if (expression.type !== 'bool' && expression.type !== 'dyn')
      throw new FilterFault(`a filter is true or false, but this is ${expression.type}`, {
        start: 0,
        end: text.length,
      });
    return new CompiledFilter(text, expression, variables);
  } catch (error) {
    if (error instanceof FilterFault) return filterError(text, error);
    if (error instanceof ParseError) return filterError(text, syntaxFault(text, error));
    throw error;
  }
}

function syntaxFault(text: string, error: ParseError): FilterFault {
  const at = error.range ?? { start: text.length, end: text.length };
  if (text.trim() === '') return new FilterFault('it is empty', at);
  const summary = error.summary.charAt(0).toLowerCase() + error.summary.slice(1);
  return new FilterFault(
    summary,
    at,
    'Filters are CEL expressions: payload.total > 100 && headers.region == "eu"',
  );
}

export class CompiledFilter<K extends FilterKind = FilterKind> {
  readonly text: string;
  readonly #expression: Compiled;
  readonly #variables: readonly FilterVariable<FilterViews[K]>[];
  #evaluated = 0;
  #matched = 0;
  #failed = 0;
  #steps = 0;
  #firstFailure: string | undefined = undefined;

  constructor(text: string, expression: Compiled, variables: readonly FilterVariable<FilterViews[K]>[]) {
    this.text = text;
    this.#expression = expression;
    this.#variables = variables;
  }

  get counters(): FilterCounters {
    return {
      evaluated: this.#evaluated,
      matched: this.#matched,
      failed: this.#failed,
      firstFailure: this.#firstFailure,
      steps: this.#steps,
    };
  }

  matches(view: FilterViews[K]): boolean {
    const run = new FilterRun((index, current, at) => {
      return (this.#variables[index] as FilterVariable<FilterViews[K]>).read(view, current, at);
    });
    run.charge(this.#expression.size, { start: 0, end: 0 });
    const value = this.#expression.run(run);
    const result = run.exhausted ?? value;
    this.#evaluated += 1;
    this.#steps += run.steps;
    if (result === true) this.#matched += 1;
    if (result instanceof Fault) this.#fail(result);
    else if (typeof result !== 'boolean')
      this.#fail(new Fault('the filter is neither true nor false', { start: 0, end: 0 }));
    return result === true;
  }

  #fail(fault: Fault): void {
    this.#failed += 1;
    if (this.#firstFailure !== undefined) return;
    const { line, column } = placeOf(this.text, fault.at);
    this.#firstFailure = `${fault.message} (line ${line}, column ${column})`;
  }
}
