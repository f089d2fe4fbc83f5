/**
 * `npm run build:packages`: the packages as they are published. Here sources run as they are written; inside node_modules Node runs
 * JavaScript only, so each published package is its JavaScript and its declarations:
 *   .publish/node_modules/@flowmesh/<name>/{package.json, README.md, LICENSE, dist/}
 * They lie as they are installed, so that whatever stands in `.publish` and imports them gets exactly what users get.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const PUBLISH_DIR = path.join(root, '.publish');
const SCOPE_DIR = path.join(PUBLISH_DIR, 'node_modules', '@flowmesh');
const EMIT_DIR = path.join(PUBLISH_DIR, 'emit');
/** `using`, iterator helpers and promises with resolvers are used. */
const NODE_RANGE = '>=22';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Everything but the command line, which is installed with the node. */
export function publishedPackages(): readonly string[] {
  return readdirSync(path.join(root, 'packages'))
    .filter((name) => name !== 'cli')
    .sort();
}

export function packageDir(name: string): string {
  return path.join(SCOPE_DIR, name);
}

export function buildPackages(): void {
  rmSync(PUBLISH_DIR, { recursive: true, force: true });
  emit();
  for (const name of publishedPackages()) stage(name);
  rmSync(EMIT_DIR, { recursive: true });
}

function emit(): void {
  const tsc = path.join(root, 'node_modules', '.bin', 'tsc');
  const result = spawnSync(tsc, ['-p', 'tsconfig.publish.json', '--outDir', EMIT_DIR], {
    cwd: root,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`the packages do not compile:\n${result.stdout}${result.stderr}`);
}

function stage(name: string): void {
  const source = path.join(root, 'packages', name);
  const target = packageDir(name);
  const dist = path.join(target, 'dist');
  mkdirSync(target, { recursive: true });
  cpSync(path.join(EMIT_DIR, name, 'src'), dist, { recursive: true });
  const generated = path.join(source, 'src', 'gen');
  if (existsSync(generated)) {
    for (const file of readdirSync(generated).filter((one) => /\.(?:js|d\.ts)$/.test(one))) {
      copyFileSync(path.join(generated, file), path.join(dist, 'gen', file));
    }
  }
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (/\.(?:js|d\.ts)$/.test(file)) nameJavaScript(path.join(dist, file));
  }
  const manifest = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')) as Manifest;
  writeFileSync(path.join(target, 'package.json'), `${JSON.stringify(published(manifest), undefined, 2)}\n`);
  copyFileSync(path.join(root, 'LICENSE'), path.join(target, 'LICENSE'));
  const readme = path.join(source, 'README.md');
  if (existsSync(readme)) copyFileSync(readme, path.join(target, 'README.md'));
  else
    writeFileSync(
      path.join(target, 'README.md'),
      `# ${manifest.name}\n\n${manifest.description} Part of FlowMesh.\n`,
    );
}

/** The compiler renames imports in JavaScript; imports in declarations and programs of workers are left to us. */
function nameJavaScript(file: string): void {
  const text = readFileSync(file, 'utf8');
  const renamed = text
    .replaceAll(/((?:from |import\()['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2')
    .replaceAll(/(new URL\('\.{1,2}\/[^']+)\.ts(', import\.meta\.url\))/g, '$1.js$2');
  if (renamed !== text) writeFileSync(file, renamed);
}

function published(manifest: Manifest): object {
  const { name, version, description, license } = manifest;
  const dependencies = Object.entries(manifest.dependencies).map(([dependency, range]) => {
    return [dependency, dependency.startsWith('@flowmesh/') ? version : range];
  });
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: NODE_RANGE },
    exports: Object.fromEntries(Object.entries(manifest.exports).map(publishedExport)),
    files: ['dist'],
    dependencies: Object.fromEntries(dependencies) as Readonly<Record<string, string>>,
  };
}

/** `./src/x.ts` of the sources is `./dist/x.js` and its declarations. */
function publishedExport([face, source]: [string, string]): [string, object] {
  const dist = source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, '');
  return [face, { types: `${dist}.d.ts`, default: `${dist}.js` }];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  buildPackages();
  console.log(`${publishedPackages().length} packages in ${path.relative(root, SCOPE_DIR)}`);
}
