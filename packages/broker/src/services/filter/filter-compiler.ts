/**
 * From the parsed expression to closures: types that are known are checked here, once, and each node becomes a function of the run.
 * What a node costs is charged where it is known: the whole expression at the start, bodies of comprehensions per element, work over
 * texts and lists where it is done. So one evaluation is bounded whatever the value.
 */
import type { ASTNode } from '@marcbachmann/cel-js';
import {
  accepts,
  callFault,
  callMessage,
  COMPREHENSIONS,
  findFunction,
  functionNames,
} from './filter-functions.ts';
import type { FilterFunction } from './filter-functions.ts';
import { compileComprehension } from './filter-comprehension.ts';
import { FILTER_NODES_MAX } from './filter-limits.ts';
import { compileBinary, compileLogic, compileNegation, literalType, literalValue } from './filter-nodes.ts';
import type { Compiled, Scope } from './filter-nodes.ts';
import { FilterFault } from './filter-source.ts';
import type { SourceRange } from './filter-source.ts';
import { Fault, fieldOf, isList, isNumber, typeOf } from './filter-value.ts';
import type { JsonObject, Value, ValueType } from './filter-value.ts';
import { parsePattern, PatternFault } from './pattern/pattern-parser.ts';
import { matchesPattern } from './pattern/pattern-program.ts';

/** Deeper than any sensible expression; a chain of `||` is as deep as it is long. */
const COMPILE_DEPTH_MAX = FILTER_NODES_MAX;

export interface KnownVariable {
  readonly name: string;
  readonly type: ValueType;
}

export class FilterCompiler {
  readonly #variables: readonly KnownVariable[];
  #depth = 0;

  constructor(variables: readonly KnownVariable[]) {
    this.#variables = variables;
  }

  compile(node: ASTNode, scope: Scope): Compiled {
    const at = { start: node.start, end: node.end };
    this.#depth += 1;
    if (this.#depth > COMPILE_DEPTH_MAX) throw new FilterFault('the expression is nested too deeply', at);
    const compiled = this.#compileNode(node, scope, at);
    this.#depth -= 1;
    return compiled;
  }

  #compileNode(node: ASTNode, scope: Scope, at: SourceRange): Compiled {
    switch (node.op) {
      case 'value':
        return constant(literalValue(node, at));
      case 'id':
        return this.#identifier(node.args, scope, at);
      case '.':
        return selection(this.compile(node.args[0], scope), node.args[1], at);
      case '[]':
        return index(this.compile(node.args[0], scope), this.compile(node.args[1], scope), at);
      case 'call':
        return this.#call(node.args[0], node.args[1], scope, at);
      case 'rcall':
        return this.#methodCall(node.args[0], node.args[1], node.args[2], scope, at);
      case 'list':
        return list(node.args.map((element) => this.compile(element, scope)));
      case 'map':
        return this.#map(node.args, scope, at);
      case '?:':
        return this.#choice(node.args, scope);
      case '||':
      case '&&':
        return compileLogic(
          node.op,
          this.compile(node.args[0], scope),
          this.compile(node.args[1], scope),
          at,
        );
      case '!_':
      case '-_':
        return compileNegation(node.op, this.compile(node.args, scope), at);
      case '.?':
      case '[?]':
        throw new FilterFault('optional access is not known; use has(a.b)', at);
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
      case 'in':
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
        return compileBinary(
          node.op,
          this.compile(node.args[0], scope),
          this.compile(node.args[1], scope),
          at,
        );
    }
  }

  #identifier(name: string, scope: Scope, at: SourceRange): Compiled {
    const local = scope.lastIndexOf(name);
    if (local >= 0) return { type: 'dyn', size: 1, run: (run) => run.locals[local] as Value };
    const found = this.#variables.findIndex((variable) => variable.name === name);
    if (found >= 0) {
      const type = (this.#variables[found] as KnownVariable).type;
      return { type, size: 1, run: (run) => run.variable(found, at) };
    }
    const names = this.#variables.map((variable) => variable.name).join(', ');
    throw new FilterFault(
      `${name} is not known here`,
      at,
      `There are: ${names}. Fields of JSON are written payload.${name}.`,
    );
  }

  #call(name: string, args: readonly ASTNode[], scope: Scope, at: SourceRange): Compiled {
    if (name === 'has') return this.#has(args, scope, at);
    const found = findFunction(name, false);
    if (found === undefined)
      throw new FilterFault(
        `there is no function ${name}()`,
        at,
        `There are: ${functionNames(false).join(', ')}.`,
      );
    return callNode(
      found,
      args.map((argument) => this.compile(argument, scope)),
      at,
    );
  }

  #methodCall(
    name: string,
    receiver: ASTNode,
    args: readonly ASTNode[],
    scope: Scope,
    at: SourceRange,
  ): Compiled {
    const comprehension = COMPREHENSIONS.find((known) => known === name);
    if (comprehension !== undefined)
      return compileComprehension(comprehension, { receiver, args, scope, at }, (node, inner) =>
        this.compile(node, inner),
      );
    const value = this.compile(receiver, scope);
    if (name === 'matches') return matchesNode(value, args, at);
    const found = findFunction(name, true);
    if (found === undefined)
      throw new FilterFault(
        `there is no method .${name}()`,
        at,
        `There are: ${functionNames(true).join(', ')}.`,
      );
    return callNode(found, [value, ...args.map((argument) => this.compile(argument, scope))], at);
  }

  #has(args: readonly ASTNode[], scope: Scope, at: SourceRange): Compiled {
    const [field] = args;
    if (args.length !== 1 || field?.op !== '.')
      throw new FilterFault('has() takes one field, as in has(payload.total)', at);
    const owner = this.compile(field.args[0], scope);
    const name = field.args[1];
    if (owner.type !== 'dyn' && owner.type !== 'map')
      throw new FilterFault(`${owner.type} has no fields`, at);
    return {
      type: 'bool',
      size: owner.size + 1,
      run: (run) => {
        const value = owner.run(run);
        if (value instanceof Fault) return value;
        if (typeOf(value) !== 'map') return new Fault(`${typeOf(value)} has no fields`, at);
        return fieldOf(value as JsonObject, name) !== undefined;
      },
    };
  }

  #choice([condition, yes, no]: readonly [ASTNode, ASTNode, ASTNode], scope: Scope): Compiled {
    const test = this.compile(condition, scope);
    const at = { start: condition.start, end: condition.end };
    if (test.type !== 'bool' && test.type !== 'dyn')
      throw new FilterFault(`the condition before ? is a bool, not ${test.type}`, at);
    const [first, second] = [this.compile(yes, scope), this.compile(no, scope)];
    return {
      type: first.type === second.type ? first.type : 'dyn',
      size: test.size + first.size + second.size + 1,
      run: (run) => {
        const value = test.run(run);
        if (value instanceof Fault) return value;
        if (typeof value !== 'boolean')
          return new Fault(`the condition before ? is ${typeOf(value)}, not bool`, at);
        return (value ? first : second).run(run);
      },
    };
  }

  #map(entries: readonly (readonly [ASTNode, ASTNode])[], scope: Scope, at: SourceRange): Compiled {
    const parts = entries.map(
      ([key, value]) => [this.compile(key, scope), this.compile(value, scope)] as const,
    );
    return {
      type: 'map',
      size: parts.reduce((sum, [key, value]) => sum + key.size + value.size, 1),
      run: (run) => {
        const map = new Map<Value, Value>();
        for (const [keyNode, valueNode] of parts) {
          const key = keyNode.run(run);
          if (key instanceof Fault) return key;
          if (typeof key !== 'string') return new Fault(`keys of maps are text here, not ${typeOf(key)}`, at);
          const value = valueNode.run(run);
          if (value instanceof Fault) return value;
          map.set(key, value);
        }
        return map;
      },
    };
  }
}

function constant(value: Value): Compiled {
  return { type: literalType(value), size: 1, run: () => value };
}

function selection(owner: Compiled, name: string, at: SourceRange): Compiled {
  if (owner.type !== 'dyn' && owner.type !== 'map')
    throw new FilterFault(`${owner.type} has no field ${name}`, at);
  return {
    type: 'dyn',
    size: owner.size + 1,
    run: (run) => {
      const value = owner.run(run);
      if (value instanceof Fault) return value;
      if (typeOf(value) !== 'map') return new Fault(`${typeOf(value)} has no field ${name}`, at);
      return fieldOf(value as JsonObject, name) ?? missing(value as JsonObject, name, at);
    },
  };
}

function missing(map: JsonObject, name: string, at: SourceRange): Value {
  // `??` takes a null for absent as well, but null is what the JSON says.
  return fieldOf(map, name) === null
    ? null
    : new Fault(`there is no field ${JSON.stringify(name.slice(0, 80))}`, at);
}

function index(owner: Compiled, key: Compiled, at: SourceRange): Compiled {
  if (!accepts(['list', 'map'], owner.type)) throw new FilterFault(`${owner.type} has no elements`, at);
  return {
    type: 'dyn',
    size: owner.size + key.size + 1,
    run: (run) => {
      const value = owner.run(run);
      if (value instanceof Fault) return value;
      const place = key.run(run);
      if (place instanceof Fault) return place;
      if (isList(value)) return element(value, place, at);
      if (typeOf(value) !== 'map') return new Fault(`${typeOf(value)} has no elements`, at);
      if (typeof place !== 'string') return new Fault(`fields have names, not ${typeOf(place)}`, at);
      return fieldOf(value as JsonObject, place) ?? missing(value as JsonObject, place, at);
    },
  };
}

function element(list: readonly Value[], place: Exclude<Value, Fault>, at: SourceRange): Value {
  if (!isNumber(place)) return new Fault(`elements are numbered, not named by ${typeOf(place)}`, at);
  const found = list[Number(place)];
  return found === undefined
    ? new Fault(`there is no element ${place} in a list of ${list.length}`, at)
    : found;
}

function list(elements: readonly Compiled[]): Compiled {
  return {
    type: 'list',
    size: elements.reduce((sum, part) => sum + part.size, 1),
    run: (run) => {
      const values: Value[] = [];
      for (const part of elements) {
        const value = part.run(run);
        if (value instanceof Fault) return value;
        values.push(value);
      }
      return values;
    },
  };
}

/** `values` begins with the receiver, where there is one. */
function callNode(called: FilterFunction, values: readonly Compiled[], at: SourceRange): Compiled {
  const types = called.receiver === undefined ? called.parameters : [called.receiver, ...called.parameters];
  if (values.length !== types.length) {
    const given = values.length - (called.receiver === undefined ? 0 : 1);
    throw new FilterFault(`${called.name}() takes ${called.parameters.length} arguments, not ${given}`, at);
  }
  values.forEach((value, position) => {
    if (!accepts(types[position] ?? [], value.type))
      throw new FilterFault(callMessage(called, position, value.type), at);
  });
  return {
    type: called.result,
    size: values.reduce((sum, value) => sum + value.size, 1),
    run: (run) => {
      const given: Value[] = [];
      for (const [position, node] of values.entries()) {
        const value = node.run(run);
        if (value instanceof Fault) return value;
        if (!accepts(types[position] ?? [], typeOf(value)))
          return callFault(called, position, typeOf(value), at);
        given.push(value);
      }
      return called.call(run, at, ...given);
    },
  };
}

/** The pattern is a literal, so that it is parsed once and its faults are told at once. */
function matchesNode(value: Compiled, args: readonly ASTNode[], at: SourceRange): Compiled {
  const [pattern] = args;
  if (!accepts(['string'], value.type))
    throw new FilterFault(`matches() is for string, not for ${value.type}`, at);
  if (args.length !== 1 || pattern?.op !== 'value' || typeof pattern.args !== 'string')
    throw new FilterFault(
      'matches() takes one pattern, written as a literal',
      at,
      "As in key.matches('^eu-[0-9]+$').",
    );
  const program = patternProgram(pattern.args, { start: pattern.start, end: pattern.end });
  return {
    type: 'bool',
    size: value.size + 2,
    run: (run) => {
      const text = value.run(run);
      if (text instanceof Fault) return text;
      if (typeof text !== 'string') return new Fault(`matches() is for string, not for ${typeOf(text)}`, at);
      const matched = matchesPattern(program, text, (steps) => run.charge(steps, at) !== undefined);
      return matched ?? (run.exhausted as Fault);
    },
  };
}

function patternProgram(text: string, at: SourceRange): ReturnType<typeof parsePattern> {
  try {
    return parsePattern(text);
  } catch (error) {
    if (!(error instanceof PatternFault)) throw error;
    throw new FilterFault(
      `the pattern is not valid after ${JSON.stringify(text.slice(0, error.position))}: ${error.message}`,
      at,
      "Patterns have RE2's syntax: no references to groups, no looking ahead or behind.",
    );
  }
}
