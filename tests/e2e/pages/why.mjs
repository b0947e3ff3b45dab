// "Why doesn't the gate work?": what was found, and what puts it right.
import { Review } from './review.mjs';
import { Screen } from './screen.mjs';

export class Why extends Screen {
  /** Waits until it was looked. */
  async ready() {
    await this.view.one('heading', "Why doesn't the gate work?");
    await this.view.waitFor(() => document.querySelector('[aria-busy="true"]') === null);
  }

  /** What was found: a sentence each, with how sure it is. */
  findings() { return this.steps(); }
  /** The repair of the only finding: a review. */
  async repair(name) {
    await this.view.click('button', name);
    return new Review(this.view);
  }
  async checkAgain() {
    await this.view.click('button', 'Check again');
    await this.ready();
  }
  back() { return this.view.click('button', 'Back'); }
}
