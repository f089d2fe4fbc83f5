/**
 * Starts a program of this package under a Node that can run it. Plain JavaScript without newer syntax, because it is what an old
 * Node reads: such a Node hands over to the one that the repository brings along (npm package `node`), or says what to do.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;

/** The npm package `node` beside or above this file, if its version will do. */
function bundledNode(from) {
  for (let dir = from; ; dir = path.dirname(dir)) {
    const home = path.join(dir, 'node_modules', 'node');
    const binary = path.join(home, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(binary)) {
      const manifest = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
      if (Number.parseInt(manifest.version, 10) >= NODE_MAJOR_MIN) return binary;
    }
    if (dir === path.dirname(dir)) return undefined;
  }
}

function handOver(binary, script) {
  const child = spawn(binary, [script].concat(process.argv.slice(2)), { stdio: 'inherit' });
  // The terminal sends SIGINT to both; SIGTERM and SIGHUP reach only this process.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`error: cannot run ${binary}: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code;
    else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}

/** Runs `main` of the TypeScript module at `moduleUrl`; its result is the exit code. */
export async function launch(program, scriptUrl, moduleUrl) {
  const major = Number.parseInt(process.versions.node, 10);
  if (major >= NODE_MAJOR_MIN) {
    const { enableCompileCache } = await import('node:module');
    // Compiled code is kept between calls: half of a short command's time is compiling.
    enableCompileCache();
    const { main } = await import(moduleUrl);
    process.exitCode = await main(process.argv.slice(2));
    return;
  }
  const script = fileURLToPath(scriptUrl);
  const binary = process.env.FLOWMESH_NO_NODE_SEARCH === '1' ? undefined : bundledNode(path.dirname(script));
  if (binary !== undefined) {
    handOver(binary, script);
    return;
  }
  process.stderr.write(
    `error: ${program} needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.version}\n` +
      `hint:  The repository brings its own: run npm ci, then npm exec ${program} -- ${process.argv.slice(2).join(' ')}\n`,
  );
  process.exitCode = 1;
}
