// "Review changes": the fields, filled in already, and the steps in words.
import { Screen } from './screen.mjs';

export class Review extends Screen {
  ready() { return this.view.one('region', 'Review changes'); }

  async #value(field) { return (await this.view.one(['textbox', 'combobox'], field)).value; }
  /** What stands in the fields. */
  async fields() {
    await this.ready();
    return {
      name: await this.#value('Name'), slug: await this.#value('Slug'), externalUrl: await this.#value('External URL'), session: await this.#value('Session'),
      outpost: (await this.view.one('combobox', 'Outpost')).options.find(option => option.selected)?.name,
      who: (await this.view.one('combobox', 'Who gets in')).options.find(option => option.selected)?.name,
    };
  }
  name(text) { return this.view.type('Name', text); }
  slug(text) { return this.view.type('Slug', text); }
  externalUrl(text) { return this.view.type('External URL', text); }
  session(text) { return this.view.type('Session', text); }
  outpost(name) { return this.view.select('Outpost', name); }
  keep(option) { return this.view.select('Keep', option); }
  cookieDomain(text) { return this.view.type('Cookie domain', text); }
  everyone() { return this.view.select('Who gets in', 'Everyone who can sign in'); }
  async onlyMembersOf(...groups) {
    await this.view.select('Who gets in', 'Only members of…');
    for (const group of groups) await this.view.check(group);
  }

  /** One gate for all sites of the domain: what is proposed for it. */
  async wholeDomain() {
    await this.view.check('The whole domain');
    return { cookieDomain: await this.#value('Cookie domain'), authUrl: await this.#value('Authentication URL') };
  }
  cookieDomain(text) { return this.view.type('Cookie domain', text); }
  authUrl(text) { return this.view.type('Authentication URL', text); }
  /** What a gate for a domain covers, row by row. */
  covers() { return this.view.run(() => [...document.querySelectorAll('.covers li')].map(row => row.textContent)); }
  /** Paths that stay open, a line each; answers what each line is told to open. */
  async openPaths(...lines) {
    if (!await this.view.run('document.querySelector("details").open')) await this.view.click('button', 'More settings');
    await this.view.type('Paths left open', lines.join('\n'));
    return this.view.waitFor(count => {
      const rows = [...document.querySelectorAll('.opens li')].map(row => row.textContent);
      return rows.length === count && rows;
    }, lines.length);
  }

  /** "Apply", once the browser's own form lets it be pressed. */
  async apply() {
    await this.ready();
    await this.view.click('button', 'Apply');
  }
  cancel() { return this.view.click('button', 'Cancel'); }
}
