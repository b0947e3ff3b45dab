// "Does the gate hold?": whether a stranger gets in, and what that rests on.
import { Screen } from './screen.mjs';

export class Gate extends Screen {
  static VERDICTS = {
    CLOSED: 'Closed wherever Gatewright asked', LEFT_OPEN: 'Closed where asked, but for the paths left open', OPEN: 'A stranger gets in', NOBODY: 'Nobody gets in', NOT_KNOWN: 'Not known',
  };

  ready(options) { return this.view.one('heading', 'Does the gate hold?', options); }

  /** Waits until it has looked: {holds, found: [{ok, says, sure}]}; `ok` is undefined where it can't tell. */
  async outcome() {
    await this.ready();
    return this.view.waitFor(verdicts => {
      const row = document.querySelector('.status[aria-busy="false"]');
      const holds = verdicts.find(verdict => row?.querySelector('.chip')?.innerText.includes(verdict));
      const lines = [...document.querySelectorAll('[aria-label="What was found"] > li')];
      return holds && {
        holds, found: lines.map(({ children: [sign, says, sure] }) => ({ ok: { '✓': true, '✕': false }[sign.textContent], says: says.innerText, sure: sure.textContent })),
      };
    }, Object.values(Gate.VERDICTS));
  }

  /** "Check again", and what comes out. */
  async again() {
    await this.view.click('button', 'Check again');
    return this.outcome();
  }

  /** In the popup: the page in a tab that this opens, where the browser can ask. */
  async inTab(browser) { return new Gate(await browser.opened(url => url.includes('#/verify'), () => this.view.click('button', LET))); }
  /** In that page: lets Gatewright ask the site, and answers the browser's question. */
  letCheck(browser, pattern, yes = true) { return browser.answeringPrompt(yes, pattern, () => this.view.click('button', LET)); }
  giveBack() { return this.view.click('button', 'Take the permission back'); }
  asStranger() { return this.view.click('button', 'Try as a stranger'); }
  back() { return this.view.click('button', 'Back'); }
}

const LET = 'Let Gatewright check this site';
