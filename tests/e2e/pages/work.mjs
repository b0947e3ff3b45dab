// What becomes of a change: under way, done, taken back, interrupted.
import { AppDetails } from './app.mjs';
import { Gate } from './gate.mjs';
import { Screen } from './screen.mjs';

/** "Applying changes". */
export class Applying extends Screen {
  ready(options) { return this.view.one('progressbar', /^(Applying|Taking) changes/, options); }
}

/** "Done": what the reverse proxy has to be told, or the service of an app. */
export class Done extends Screen {
  static SNIPPETS = ['Traefik', 'Traefik file', 'nginx', 'Nginx Proxy Manager', 'Caddy', 'Traefik in Kubernetes', 'ingress-nginx', 'Envoy/Istio', 'HAProxy (unofficial)', 'Terraform'];

  ready(options) { return this.view.one('heading', 'Done', options); }
  /** What the service of an app has to be told, once it is all there. */
  async app() {
    await this.ready();
    const app = new AppDetails(this.view);
    await app.ready();
    return app;
  }
  /** The text to paste for one of the proxies. */
  async snippet(proxy) {
    await this.view.click(['button', 'tab'], proxy);
    await this.view.waitFor(proxy => document.querySelector('pre')?.getAttribute('aria-label') === proxy, proxy);
    return this.view.run('document.querySelector("pre").textContent');
  }
  async outpostAddress(text) {
    await this.view.type('Outpost address as your proxy sees it', text);
    await this.view.press('Tab');
  }
  copy() { return this.view.click('button', 'Copy'); }
  /** "Verify": whether the gate holds. */
  async verify() {
    await this.view.click('button', 'Verify');
    return new Gate(this.view);
  }
  /** Waits until it says this. */
  says(text) { return this.view.waitFor(text); }
  /** "Put them back…", where a later look told of somebody else's providers: a review. */
  putBack() { return this.view.click('button', 'Put them back…'); }
  undo() { return this.view.click('button', 'Undo'); }
  close() { return this.view.click('button', 'Close'); }
}

/** "Taken back": authentik is as it was before, and why. */
export class TakenBack extends Screen {
  ready(options) { return this.view.one('heading', 'Taken back', options); }
  close() { return this.view.click('button', 'Close'); }
}

/** "A change was interrupted": a person has to say how it goes on. */
export class Interrupted extends Screen {
  static HEADING = /^(A change was interrupted|Not everything could be taken back)$/;

  ready(options) { return this.view.one('heading', Interrupted.HEADING, options); }
  finish() { return this.view.click('button', 'Finish it'); }
  takeBack() { return this.view.click('button', /^(Take it back|Try again to take it back|Take it back all the same)$/); }
}

/** Waits until a change has come to one of its ends: `done`, `taken back` or `interrupted`. */
export async function outcome(view, options) {
  const { name } = await view.one('heading', /^(Done|Taken back|A change was interrupted|Not everything could be taken back)$/, options);
  return { Done: 'done', 'Taken back': 'taken back' }[name] ?? 'interrupted';
}
