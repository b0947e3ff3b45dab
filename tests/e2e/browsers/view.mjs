// A page as a person meets it: by roles and names, with the mouse and the keyboard. The same in both browsers; what
// differs is behind `surface`: evaluate, mouse, keys, picture, isOpen, close.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { accessible } from './accessible.mjs';
import { keyOf } from './keys.mjs';
import { pause, until } from './until.mjs';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FIELDS = ['textbox', 'searchbox', 'combobox', 'checkbox', 'radio', 'spinbutton', 'listbox'];

/** JavaScript text that evaluates an expression, or calls a function with arguments that JSON can carry. */
export const source = (js, args) => (typeof js === 'function' ? `(${js})(...${JSON.stringify(args)})` : `(${js})`);
const asName = name => (name instanceof RegExp ? { source: name.source, flags: name.flags } : name ?? null);
const called = (role, name) => `${role === null ? 'anything' : [role].flat().join(' or ')}${name == null ? '' : ` named ${name instanceof RegExp ? name : JSON.stringify(name)}`}`;

export class View {
  constructor(surface) {
    this.surface = surface;
  }

  /** Evaluates an expression, or a function with arguments, in the page's own world. */
  run(js, ...args) {
    return this.surface.evaluate(source(js, args));
  }

  url() { return this.run('location.href'); }
  text() { return this.run('document.body.innerText'); }
  isOpen() { return this.surface.isOpen(); }
  close() { return this.surface.close(); }

  /** Everything visible with this role and name, as it is now: {role, name, text, value, checked, disabled, …}. */
  async byRole(role, name) {
    return (await this.run(accessible, { role, name: asName(name) })).found;
  }

  /** Every field with this name. */
  byLabel(name) { return this.byRole(FIELDS, name); }

  /** Waits until there is one, and answers it. */
  one(role, name, options) {
    return this.#until(called(role, name), async () => only(await this.byRole(role, name), called(role, name)), options);
  }

  /** Waits until there is none. */
  none(role, name, options) {
    return this.#until(`no ${called(role, name)}`, async () => (await this.byRole(role, name)).length === 0, options);
  }

  /** Waits for a text on the page, or for a function in it to answer something truthy. Answers that. */
  waitFor(what, ...args) {
    const said = text => document.body.innerText.replace(/\s+/g, ' ').includes(text);
    return typeof what === 'function'
      ? this.#until(`${what}`, () => this.run(what, ...args))
      : this.#until(`the text ${JSON.stringify(what)}`, () => this.run(said, what));
  }

  /** Presses the mouse on the only thing with this role and name, once it stands still and can be reached. */
  async click(role, name) {
    const { x, y } = await this.#reach(role, name);
    await this.surface.mouse(x, y);
  }

  /** The same for a selector: for pages that are not ours. */
  async clickOn(selector) {
    const where = await this.#until(selector, () => this.run(selector => {
      const element = document.querySelector(selector);
      element?.scrollIntoView({ block: 'center', behavior: 'instant' });
      const box = element?.getBoundingClientRect();
      return box?.width ? [box.x + box.width / 2, box.y + box.height / 2] : null;
    }, selector));
    await this.surface.mouse(...where);
  }

  /** Empties the field and types the text, key by key. */
  async type(name, text) {
    await this.#focus(FIELDS, name);
    await this.#write(text);
  }

  /** The same for a selector: for pages that are not ours. */
  async fill(selector, text) {
    await this.clickOn(selector);
    await this.#until(`the focus on ${selector}`, () => this.run(selector => document.activeElement?.matches(selector), selector));
    await this.#write(text);
  }

  async #write(text) {
    const full = await this.run('(e => { e.select?.(); return e.value !== "" })(document.activeElement)');
    if (full) await this.surface.keys([keyOf('Backspace')]);
    await this.surface.keys([...text].map(key => keyOf(key)));
    await this.#until(`${JSON.stringify(text)} in the field`, () => this.run('document.activeElement.value').then(value => value === text));
  }

  /** Chooses an option of a select by its name, with the arrow keys. */
  async select(name, option) {
    await this.#focus(['combobox', 'listbox'], name);
    const { options } = await this.one(['combobox', 'listbox'], name);
    const open = options.filter(o => !o.disabled);
    const to = open.findIndex(o => o.name === option);
    if (to < 0) throw new Error(`${name} has no option ${JSON.stringify(option)} to choose, only ${JSON.stringify(open.map(o => o.name))}`);
    const steps = to - open.findIndex(o => o.selected);
    await this.surface.keys(Array.from({ length: Math.abs(steps) }, () => keyOf(steps > 0 ? 'ArrowDown' : 'ArrowUp')));
    await this.#until(`${name} to be ${option}`, async () => (await this.one(['combobox', 'listbox'], name)).options.find(o => o.selected)?.name === option);
  }

  /** Ticks or unticks, as asked. */
  async check(name, wanted = true) {
    const roles = ['checkbox', 'radio', 'switch'];
    if ((await this.one(roles, name)).checked !== wanted) await this.click(roles, name);
    await this.#until(`${name} to be ${wanted ? 'on' : 'off'}`, async () => (await this.one(roles, name)).checked === wanted);
  }

  /** Presses a key where the focus is: `Enter`, `Tab`, `Control+k`. */
  press(key) { return this.surface.keys([keyOf(key)]); }

  /** Writes a PNG of what is seen. */
  async screenshot(file) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, Buffer.from(await this.surface.picture(), 'base64'));
    return file;
  }

  /** What axe holds against the page and calls serious or critical: [{id, impact, help, nodes}]. */
  async axe() {
    if (!await this.run('typeof axe === "object"')) await this.surface.evaluate(`(() => { ${AXE}; globalThis.axe = globalThis.axe ?? axe; return true })()`);
    return this.run(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
      return violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(({ id, impact, help, nodes }) => ({
        id, impact, help, nodes: nodes.map(node => `${node.html.slice(0, 300)} — ${node.failureSummary}`),
      }));
    });
  }

  /** What is on the screen, for an error that has to say so. */
  async sight() {
    const { found } = await this.run(accessible, {});
    return `on the screen at ${await this.url()}:\n${found.map(({ role, name, disabled, value, secret }) =>
      `  ${role} ${JSON.stringify(name)}${value && !secret ? ` = ${JSON.stringify(value)}` : ''}${disabled ? ' (disabled)' : ''}`).join('\n')}`;
  }

  #until(what, probe, options) { return until(what, probe, { say: () => this.sight(), ...options }); }

  async #focus(role, name) {
    await this.#until(`the focus on ${called(role, name)}`, async () => {
      const { found } = await this.run(accessible, { role, name: asName(name), focus: true });
      const { disabled } = only(found, called(role, name));
      if (disabled) throw new Error('it is disabled');
      return this.run(accessible, { role, name: asName(name) }).then(({ found: [now] }) => now?.focused);
    });
  }

  #reach(role, name) {
    let before;
    return this.#until(`${called(role, name)} to be clickable`, async () => {
      const answer = await this.run(accessible, { role, name: asName(name), reach: true });
      const { disabled } = only(answer.found, called(role, name));
      if (disabled) throw new Error('it is disabled');
      if (answer.covered) throw new Error(`something lies over it: ${answer.covered}`);
      const still = before && before.x === answer.x && before.y === answer.y;
      before = answer;
      if (still) return answer;
      await pause();
      return null;
    });
  }
}

function only(found, what) {
  if (found.length > 1) throw new Error(`there are ${found.length} of ${what}`);
  if (found.length === 0) throw new Error('there is none');
  return found[0];
}
