// The operators' page in a real browser.
import { Chromium, Profile } from './browser.mjs';

export { DESKTOP, PHONE } from './browser.mjs';

/** One browser for all tests of a file. */
export class Browser extends Chromium {
  /** A tab of its own session; `stage.with` opens and closes it. */
  console(url, options = {}) {
    return new ConsolePage(this, url, options);
  }
}

export class ConsolePage extends Profile {
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
}
