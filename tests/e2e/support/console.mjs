// The operators' page in a real browser: Debian's Chromium without a window, driven by
// playwright-core. Whatever the browser complains about (errors, refused by the page's own policy,
// dialogs that a script opened, requests to anybody but the server) is kept, and `close` fails the
// test for it.
import assert from 'node:assert/strict';

import { chromium } from 'playwright-core';

import { PATIENCE_MS } from './waiting.mjs';

const PROGRAM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
  '--disable-background-networking', '--disable-component-update',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** One browser for all tests of a file. */
export class Browser {
  #browser;

  async open() {
    this.#browser = await chromium.launch({ executablePath: PROGRAM, args: FLAGS, timeout: 60_000 });
  }

  async close() {
    await this.#browser?.close();
  }

  /** A tab of its own session; `stage.with` opens and closes it. */
  console(url, options = {}) {
    return new ConsolePage(() => this.#browser, url, options);
  }
}

export class ConsolePage {
  #browser;
  #context;
  complaints = [];

  /** `expected`: patterns of complaints that the test provokes. */
  constructor(browser, url, { viewport = DESKTOP, expected = [], ...options }) {
    this.#browser = browser;
    this.url = url;
    this.expected = expected;
    this.options = { viewport, ...options };
  }

  async open() {
    this.#context = await this.#browser().newContext({ reducedMotion: 'reduce', ...this.options });
    this.#context.setDefaultTimeout(PATIENCE_MS);
    await this.#context.exposeFunction('complain', (text) => this.complaints.push(text));
    await this.#context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (e) => globalThis.complain(
        `policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
    });
    this.page = await this.newTab();
  }

  /** Another tab of the same profile: its storage of the session is its own. */
  async newTab() {
    const page = await this.#context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.stack));
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${this.url}/`)) this.complaints.push(`asks ${request.url()}`);
    });
    return page;
  }

  async close() {
    await this.#context?.close();
    const unexpected = this.complaints
      .filter((text) => !this.expected.some((pattern) => pattern.test(text)));
    assert.deepEqual(unexpected, [], 'what the browser complained about');
  }

  /** Opens the page and shows the token. */
  async enter(token, operator = '') {
    await this.page.goto(`${this.url}/console/`);
    await this.page.getByLabel('Operator’s token').fill(token);
    if (operator) await this.page.getByLabel('Your name').fill(operator);
    await this.page.getByRole('button', { name: 'Open the console' }).click();
    await this.heading('Overview');
  }

  /** Goes where `hash` says, as a link would. */
  async go(hash) {
    await this.page.evaluate((to) => { location.hash = to; }, hash);
  }

  async heading(name) {
    await this.page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  }

  button(name, options = {}) {
    return this.page.getByRole('button', { name, ...options });
  }

  /** The rows of the table with this caption, without its headings. */
  rows(caption) {
    return this.page.getByRole('table', { name: caption, exact: true }).locator('tbody > tr');
  }

  row(caption, text) {
    return this.rows(caption).filter({ hasText: text });
  }

  /** Fills in the open question and answers it with its last button. */
  async answer(values = {}) {
    const dialog = this.page.getByRole('dialog');
    await dialog.waitFor();
    for (const [label, value] of Object.entries(values)) await dialog.getByLabel(label).fill(value);
    await dialog.locator('button[type=submit]').click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** By how many pixels the document is wider than the window. */
  overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }
}
