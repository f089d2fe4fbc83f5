/** Stands in for a node's program: answers /readyz, ends on SIGTERM, fails to start where its data directory has a file `fail`. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parse } from 'yaml';

const config = parse(readFileSync(process.argv[process.argv.indexOf('--config') + 1], 'utf8'));
const { dataDir } = config.node;
if (existsSync(`${dataDir}.fail`)) {
  process.stdout.write(
    `${JSON.stringify({ level: 'fatal', msg: 'node could not start', err: { message: 'the disk is gone', hint: 'Mount it.' } })}\n`,
  );
  process.exit(1);
}
mkdirSync(dataDir, { recursive: true });
const server = createServer((_request, response) => response.end('ok\n'));
server.listen(config.listeners.http.port, '127.0.0.1');
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
