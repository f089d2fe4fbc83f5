/** Named clusters of this user, in one small file: `{ current?, contexts: { name: { url } } }`. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FlowError } from '@flowmesh/client';
import type { CliEnvironment } from '../environment.ts';

export interface ContextFile {
  readonly current?: string;
  readonly contexts: Readonly<Record<string, { readonly url: string }>>;
}

export function contextPath(environment: CliEnvironment): string {
  const { variables } = environment;
  const given = variables['FLOWMESH_CONTEXTS'];
  if (given !== undefined && given !== '') return given;
  const config = variables['XDG_CONFIG_HOME'] ?? path.join(environment.homeDir, '.config');
  return path.join(config, 'flowmesh', 'contexts.json');
}

export function readContexts(environment: CliEnvironment): ContextFile {
  const file = contextPath(environment);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: {} };
    throw new FlowError('CONFIG_INVALID', `cannot read ${file}`, { cause: error });
  }
  try {
    const parsed = JSON.parse(text) as Partial<ContextFile>;
    return {
      contexts: parsed.contexts ?? {},
      ...(parsed.current === undefined ? {} : { current: parsed.current }),
    };
  } catch (error) {
    throw new FlowError('CONFIG_INVALID', `${file} is not JSON`, {
      cause: error,
      hint: `Correct it, or remove it: rm ${file}`,
    });
  }
}

export function writeContexts(environment: CliEnvironment, contexts: ContextFile): void {
  const file = contextPath(environment);
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(contexts, undefined, 2)}\n`);
  renameSync(temporary, file);
}

export function contextNamed(environment: CliEnvironment, name: string): { readonly url: string } {
  const { contexts } = readContexts(environment);
  const found = contexts[name];
  if (found !== undefined) return found;
  const names = Object.keys(contexts).sort();
  throw new FlowError('NOT_FOUND', `there is no context ${name}`, {
    hint:
      names.length === 0
        ? `Make it: flowmesh ctx set ${name} --url host:50051`
        : `There are: ${names.join(', ')}. List them: flowmesh ctx list`,
  });
}
