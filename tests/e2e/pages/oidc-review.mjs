// "Review changes" of an OIDC app: the service, its fields, and what is said against them; and of another address of an app.
import { Screen } from './screen.mjs';

/** What every review has. */
class AppReview extends Screen {
  ready() { return this.view.one('region', 'Review changes'); }
  async apply() {
    await this.ready();
    await this.view.click('button', 'Apply');
  }
  cancel() { return this.view.click('button', 'Cancel'); }
  /** What stands in a field, or is chosen there. */
  async value(name) {
    const field = await this.view.one(['textbox', 'combobox'], name);
    return field.options ? field.options.find(option => option.selected)?.name : field.value;
  }
}

export class OidcReview extends AppReview {
  /** Waits until the catalogue is there, and with it the recognised service. Answers the service that is chosen. */
  async service() {
    await this.view.waitFor(() => document.getElementById('service')?.value !== 'Another service'
      || /search [1-9]\d* services/.test(document.getElementById('service-hint')?.textContent));
    return this.value('Service');
  }
  /** Types into "Service": the list opens. */
  findService(words) { return this.view.type('Service', words); }
  /** The rows of the open list: [{name, selected}]; `selected` is the one that the keyboard is on. */
  services() {
    return this.view.run(() => [...document.querySelectorAll('[role="listbox"] [role="option"]')].map(row => ({ name: row.textContent, selected: row.getAttribute('aria-selected') === 'true' })));
  }
  /** With the keyboard alone: types, goes down to the name, takes it. */
  async chooseService(words, name) {
    await this.findService(words);
    const rows = await this.view.waitFor(name => {
      const names = [...document.querySelectorAll('[role="listbox"] [role="option"]')].map(row => row.textContent);
      return names.includes(name) && names;
    }, name);
    for (let step = rows.indexOf(name); step > 0; step--) await this.view.press('ArrowDown');
    await this.view.waitFor(name => document.querySelector('[role="option"][aria-selected="true"]')?.textContent === name, name);
    await this.view.press('Enter');
    await this.view.waitFor(name => document.querySelector('[role="listbox"]') === null && document.getElementById('service').value === name, name);
  }

  async fields() {
    return { service: await this.service(), name: await this.value('Name'), slug: await this.value('Slug'), externalUrl: await this.value('External URL'), redirects: await this.value('Redirect URIs'), who: await this.value('Who gets in') };
  }
  name(text) { return this.view.type('Name', text); }
  slug(text) { return this.view.type('Slug', text); }
  /** Redirect URIs, a line each. */
  redirects(...uris) { return this.view.type('Redirect URIs', uris.join('\n')); }
  postLogout(...uris) { return this.view.type('Post-logout redirect URIs', uris.join('\n')); }
  async onlyMembersOf(...groups) {
    await this.view.select('Who gets in', 'Only members of…');
    for (const group of groups) await this.view.check(group);
  }
  /** Opens "More settings". */
  async moreSettings() {
    await this.view.click('button', 'More settings');
    await this.view.one('textbox', 'Client ID');
  }

  /** What is said against a field, next to it; waits until there is something. */
  complaint(name) {
    return this.view.waitFor(name => {
      const label = [...document.querySelectorAll('label[for]')].find(label => label.textContent === name);
      return label?.closest('dt')?.nextElementSibling.querySelector('.field-error')?.textContent;
    }, name);
  }
  /** Presses "Apply" although it says that it can't be pressed. */
  pressApplyAnyway() { return this.view.clickOn('button[type="submit"]'); }
  canApply() { return this.view.one('button', 'Apply').then(({ disabled }) => !disabled); }
}

/** An address that is added to an app, or an app that is moved to one. */
export class AddressReview extends AppReview {
  /** Chooses the app by name. */
  app(name) { return this.view.select('Application', name); }
  /** The difference, line by line: [[before, after]]. */
  changes() {
    return this.view.run(() => [...document.querySelectorAll('.difference li')].map(line => ['del', 'ins'].map(tag => line.querySelector(`${tag} bdi`)?.textContent ?? '')));
  }
}
