// The Site screen: what stands between the tab's site and the world.
import { AppDetails } from './app.mjs';
import { Gate } from './gate.mjs';
import { AddressReview, OidcReview } from './oidc-review.mjs';
import { Review } from './review.mjs';
import { Screen } from './screen.mjs';
import { Why } from './why.mjs';

export const STATUSES = ['Not protected', 'Protected by authentik', 'OIDC app', 'Part of a protected domain', 'This is authentik',
  'Not a web page', 'Not set up completely', 'Click the toolbar button to look at this tab'];

// Runs in the page: the status is the text that is one of these words, and no button.
function statusOf(statuses) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim();
    if (statuses.includes(text) && !walker.currentNode.parentElement.closest('button')) return text;
  }
  return null;
}

export class Site extends Screen {
  /** The site's host, with its port where it isn't the usual one. */
  async heading() { return (await this.view.one('heading')).name; }

  /** The status, once it is known; from a cache, perhaps. */
  status() { return this.view.waitFor(statusOf, STATUSES); }
  /** Waits until the status is this. */
  shows(status) { return this.view.waitFor(statusOf, [status]); }
  /** Waits until authentik has been asked and nothing is under way. */
  settled() { return this.view.waitFor(() => document.querySelector('[aria-busy="true"]') === null); }

  /** "Protect this site": a review. */
  async protect() {
    await this.view.click('button', 'Protect this site');
    return new Review(this.view);
  }
  /** "Protect this site" where nothing is asked before applying. */
  protectAtOnce() { return this.view.click('button', 'Protect this site'); }
  async removeProtection() {
    await this.view.click('button', 'Remove protection');
    return new Review(this.view);
  }
  /** Waits until it says which service it is: "Looks like Grafana", "Perhaps Grafana". */
  looksLike() { return this.view.waitFor(() => document.body.innerText.match(/^(Looks like|Perhaps) .+$/m)?.[0]); }
  /** "Create OIDC app": a review. */
  async createOidcApp() {
    await this.view.click('button', 'Create OIDC app');
    return new OidcReview(this.view);
  }
  /** "Show client ID and secret" of the app that is there. */
  async showDetails() {
    await this.view.click('button', 'Show client ID and secret');
    return new AppDetails(this.view);
  }
  async #otherAddress(button) {
    await this.view.click('button', 'Its app is known under another address');
    await this.view.click('button', button);
    return new AddressReview(this.view);
  }
  addOrigin() { return this.#otherAddress('Add this origin to an existing app'); }
  moveApp() { return this.#otherAddress('Move an app to this address'); }
  /** What it says besides the status, in notes. */
  async notes() { return (await this.view.byRole('note')).map(note => note.text); }
  /** The step that a half-made gate lacks: a review. */
  async step(name) {
    await this.view.click('button', name);
    return new Review(this.view);
  }
  /** "Why doesn't the gate work?" */
  async why() {
    await this.view.click('button', "Why doesn't the gate work?");
    const why = new Why(this.view);
    await why.ready();
    return why;
  }
  /** "Verify": whether the gate holds. */
  async verify() {
    await this.view.click('button', 'Verify');
    return new Gate(this.view);
  }
  openInAuthentik() { return this.view.click('button', 'Open in authentik'); }
  checkAgain() { return this.view.click('button', 'Check again'); }
  /** Undoes what was done last here. */
  undo() { return this.view.click('button', /^Undo “/); }
}
