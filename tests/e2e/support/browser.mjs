// A real browser: Debian's Chromium without a window, driven by playwright-core. One serves all tests
// of a file; whoever sits in front of it has a profile, with storage of its own.
//
// Whatever a page complains about is kept, and `close` fails the test for it: errors and warnings in
// its log, exceptions, what its own policy refused, dialogs that a script opened, and whoever was asked
// for anything but the server. Names of other hosts resolve to nothing, so nobody outside is reached.
import assert from 'node:assert/strict';

import { chromium } from 'playwright-core';

import { PATIENCE_MS } from './waiting.mjs';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

export class Chromium {
  #browser;

  async open() {
    this.#browser = await chromium.launch({ executablePath: PROGRAM, args: FLAGS, timeout: 60_000 });
  }

  async close() {
    await this.#browser?.close();
  }

  newContext(options) {
    return this.#browser.newContext(options);
  }
}

export class Profile {
  #chromium;
  #patienceMs;
  context;
  /** The first tab. */
  page;
  complaints = [];

  /** `url`: the server's; `expected`: patterns of complaints that the test provokes. */
  constructor(chromium, url, options = {}) {
    const { viewport = DESKTOP, expected = [], patienceMs = PATIENCE_MS, ...rest } = options;
    this.#chromium = chromium;
    this.#patienceMs = patienceMs;
    this.url = url;
    this.expected = expected;
    this.options = { viewport, reducedMotion: 'reduce', ...rest };
  }

  async open() {
    this.context = await this.#chromium.newContext(this.options);
    this.context.setDefaultTimeout(this.#patienceMs);
    await this.context.exposeFunction('complain', (text) => { this.complaints.push(text); });
    await this.context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (e) => globalThis.complain(
        `policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
    });
    this.page = await this.newTab();
  }

  /** Another tab of the same profile: its storage of the session is its own. */
  async newTab() {
    const page = await this.context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.stack || String(error)));
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('request', (request) => this.#asks(request.url()));
    page.on('websocket', (socket) => this.#asks(socket.url().replace(/^ws/, 'http')));
    return page;
  }

  async close() {
    await this.context?.close();
    const unexpected = this.complaints
      .filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    assert.deepEqual(unexpected, [], 'what the browser complained about');
  }

  /** By how many pixels the document is wider than the window. */
  overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  button(name, options = {}) {
    return this.page.getByRole('button', { name, ...options });
  }

  async heading(name) {
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  /** What a page makes by itself (blob:, data:) is nobody's business. */
  #asks(address) {
    if (address.startsWith(`${this.url}/`) || /^(blob|data):/.test(address)) return;
    this.complaints.push(`asks ${address}`);
  }
}
