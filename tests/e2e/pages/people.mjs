// "People": found as one types; and one person's page.
import { Screen } from './screen.mjs';

export class People extends Screen {
  ready() { return this.view.one('searchbox', 'Find people'); }
  find(text) { return this.view.type('Find people', text); }
  async words() { return (await this.ready()).value; }

  /** The rows, as they are now. */
  rows() { return this.view.run(() => [...document.querySelectorAll('main button bdi:first-child')].map(name => name.textContent.trim())); }
  /** Waits until exactly these are listed, in any order. */
  lists(...names) {
    return this.view.waitFor(names => {
      const rows = [...document.querySelectorAll('main button bdi:first-child')].map(name => name.textContent.trim());
      return rows.length === names.length && names.every(name => rows.includes(name));
    }, names);
  }
  /** Opens a person by name. */
  async open(name) {
    await this.view.click('button', new RegExp(`^${name}\\b`));
    const person = new Person(this.view);
    await person.ready(name);
    return person;
  }
}

export class Person extends Screen {
  ready(name) { return this.view.one('heading', name); }
  /** Waits for a fact on the page, such as an e-mail address. */
  says(text) { return this.view.waitFor(text); }
  back() { return this.view.click('button', 'Back'); }
}
