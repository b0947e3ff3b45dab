// "Connect to authentik": the form, in a tab.
import { Screen } from './screen.mjs';

export class Connect extends Screen {
  static async open(browser) {
    const connect = new Connect(await browser.openExtensionPage('popup.html#/connect'));
    await connect.ready();
    return connect;
  }

  ready() { return this.view.one('textbox', 'authentik URL'); }
  url(text) { return this.view.type('authentik URL', text); }
  token(text) { return this.view.type('API token', text); }
  /** "Until the browser closes" or "On this device, unencrypted". */
  keep(choice) { return this.view.check(choice); }
  press() { return this.view.click('button', 'Connect'); }

  async fill({ url, token, keep }) {
    await this.url(url);
    await this.token(token);
    if (keep) await this.keep(keep);
  }

  /** Waits until the form has gone: it is connected. */
  done() { return this.view.none('textbox', 'authentik URL'); }
}
