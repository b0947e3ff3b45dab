// "More": settings, the connection, what was done.
import { Screen } from './screen.mjs';

export class Settings extends Screen {
  static async open(browser) {
    const settings = new Settings(await browser.openExtensionPage('popup.html#/settings'));
    await settings.ready();
    return settings;
  }

  ready() { return this.view.one('heading', 'Settings'); }
  askBeforeApplying(wanted) { return this.view.check('Ask before applying', wanted); }
  disconnect() { return this.view.click('button', 'Disconnect'); }
}
