// What the service of an OIDC app has to be told, on "Done" and from the Site screen; and "Verify".
import { Screen } from './screen.mjs';

export class AppDetails extends Screen {
  /** Waits until the secret was read; hidden, unless somebody has asked for it. */
  async ready(options) {
    await this.view.one('status', 'Client ID', options);
    await this.view.one('button', /^(Show|Hide)$/, options);
  }

  async #value(name) { return (await this.view.one('status', name)).text; }
  clientId() { return this.#value('Client ID'); }
  issuer() { return this.#value('Issuer'); }
  /** The secret as it stands there: dots, unless it is shown. */
  secret() { return this.#value('Client secret'); }
  async showSecret() {
    await this.view.click('button', 'Show');
    await this.view.one('button', 'Hide');
  }
  async hideSecret() {
    await this.view.click('button', 'Hide');
    await this.view.one('button', 'Show');
  }

  /** Opens "More" and reads the addresses there, by name. */
  async more() {
    await this.view.click('button', 'More');
    const names = ['Discovery URL', 'Authorize URL', 'Token URL', 'Userinfo URL', 'JWKS URL', 'End-session URL'];
    const all = [];
    for (const name of names) all.push([name, await this.#value(name)]);
    return Object.fromEntries(all);
  }

  /** The service's own settings in one form: "Environment", "Fields", "Command", or a file's name. As a text. */
  async settings(form) {
    await this.view.click('button', form);
    const named = name => document.querySelector(`pre[aria-label=${JSON.stringify(name)}], dl[aria-label=${JSON.stringify(name)}]`)?.textContent;
    return this.view.waitFor(named, form);
  }

  /** Presses "Verify" and waits for what it found: [{ok, text}]; `ok` is undefined where it can't tell. */
  async verify() {
    await this.view.click('button', 'Verify');
    await this.view.one('list', 'What was found');
    return this.view.run(() => [...document.querySelectorAll('[aria-label="What was found"] li')].map(line => ({
      ok: { '✓': true, '✕': false }[line.firstElementChild.textContent], text: line.lastElementChild.textContent,
    })));
  }

  back() { return this.view.click('button', 'Back'); }
}
