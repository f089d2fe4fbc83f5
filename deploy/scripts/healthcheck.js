/**
 * The image's health check: `healthcheck.js [path]` exits 0 where the node in this container answers the path (default /livez) with
 * 200, else 1 with what it said. Plain JavaScript without imports beyond Node's, so that it starts quickly.
 */
import http from 'node:http';

const path = process.argv[2] ?? '/livez';
const port = process.env.FLOWMESH_LISTENERS__HTTP__PORT ?? '8080';
const TIMEOUT_MS = 2_500;
const BODY_CHARACTERS_MAX = 2_000;

const unhealthy = (reason) => {
  process.stderr.write(`${path} on port ${port}: ${reason}\n`);
  process.exit(1);
};

const request = http.get({ host: '127.0.0.1', port, path, timeout: TIMEOUT_MS }, (response) => {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (chunk) => {
    body = (body + chunk).slice(0, BODY_CHARACTERS_MAX);
  });
  response.on('end', () => {
    if (response.statusCode === 200) process.exit(0);
    unhealthy(`${response.statusCode} ${body.trim()}`);
  });
});
request.on('timeout', () => unhealthy(`no answer within ${TIMEOUT_MS} ms`));
request.on('error', (error) => unhealthy(error.message));
