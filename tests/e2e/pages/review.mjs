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

  /** "Apply", once the browser's own form lets it be pressed. */
  async apply() {
    await this.ready();
    await this.view.click('button', 'Apply');
  }
  cancel() { return this.view.click('button', 'Cancel'); }
}
