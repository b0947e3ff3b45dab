// "As code": three forms of a change, or of what exists.
import { Screen } from './screen.mjs';

export class Code extends Screen {
  static FORMS = ['Terraform', 'Blueprint', 'Shell script'];

  /** Opens it from a review, or from the Site screen. */
  static async open(view) {
    await view.click('button', 'As code');
    const code = new Code(view);
    await code.ready();
    return code;
  }

  ready(options) { return this.view.one('heading', 'As code', options); }
  /** The text of a form, once it is written. */
  async text(form) {
    await this.view.click('button', form);
    await this.view.waitFor(form => document.querySelector('pre')?.getAttribute('aria-label') === form, form);
    return this.view.run('document.querySelector("pre").textContent');
  }
  copy() { return this.view.click('button', 'Copy'); }
  again() { return this.view.click('button', 'Try again'); }
  back() { return this.view.click('button', 'Back'); }
}
