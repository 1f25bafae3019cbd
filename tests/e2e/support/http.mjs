// One HTTP request on a connection of its own, told to the last header: fetch() hides too much, and
// keeps connections that a test wants to be gone.
import http from 'node:http';

import { within } from './waiting.mjs';

/** Agent for thousands of requests in a row: a few connections, kept. */
export function pool(size) {
  return new http.Agent({ keepAlive: true, maxSockets: size });
}

/**
 * {status, headers, body}; body is text. `options` are those of http.request, and `body`, and
 * `signal` to go away in the middle of it. An error when the connection is lost.
 */
export function request(url, { body, ...options } = {}) {
  const answered = new Promise((resolve, reject) => {
    const asked = http.request(url, { agent: false, ...options }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve({
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.concat(parts).toString('utf8'),
      }));
    });
    asked.on('error', reject);
    // An Upgrade that is granted where it should have been refused.
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode, headers: response.headers, body: '' });
    });
    asked.end(body);
  });
  return within(answered, `an answer to ${options.method ?? 'GET'} ${url}`);
}
