// What every screen of the extension has.

export class Screen {
  constructor(view) {
    this.view = view;
  }

  /** What the alerts on the screen say. */
  async alerts() { return (await this.view.byRole('alert')).map(alert => alert.text); }
  /** Waits for an alert, and answers what it says. */
  async alert(options) { return (await this.view.one('alert', null, options)).text; }
  /** Waits until something worth knowing matches this. */
  told(words) {
    return this.view.waitFor(words => [...document.querySelectorAll('[role="note"]')].some(note => new RegExp(words, 's').test(note.innerText.trim())), words.source);
  }
  /** Waits for a toast that says this. */
  toast(text) { return this.view.waitFor(text); }
  /** Goes to one of the tabs: "Site", "People", "More". */
  go(tab) { return this.view.click('tab', tab); }
  /** The lines of the steps: a sentence each, and where it stands. */
  async steps() { return (await this.view.byRole('listitem')).map(step => step.text); }
}
