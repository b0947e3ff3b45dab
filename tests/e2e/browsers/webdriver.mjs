// WebDriver to a Firefox of our own: geckodriver, one session, and scripts in the browser's chrome context.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { folder, remove, start } from './processes.mjs';
import { until } from './until.mjs';

const onPath = (name, ...further) => [...(process.env.PATH ?? '').split(':'), ...further].map(folder => path.join(folder, name)).find(place => fs.existsSync(place));

/** geckodriver: named by the environment, on PATH, or where the build keeps its tools. */
function geckodriver() {
  return process.env.GATEWRIGHT_GECKODRIVER ?? onPath('geckodriver', path.join(os.homedir(), '.cache', 'gatewright', 'bin')) ?? 'geckodriver';
}

/** Starts Firefox with a fresh profile. */
export async function session({ binary, args, prefs }) {
  const profiles = folder('firefox');
  // Port 0 everywhere: each takes a free one, and geckodriver says which is its own.
  const program = binary && !binary.includes('/') ? onPath(binary) ?? binary : binary;
  const flags = ['--port', '0', '--websocket-port', '0', '--profile-root', profiles, '--allow-system-access', '--log', 'info', ...(program ? ['--binary', program] : [])];
  const started = start(geckodriver(), flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  const end = async () => {
    await started.stop();
    remove(profiles);
  };
  try {
    let said = '';
    started.child.stdout?.on('data', chunk => { if (said.length < 10_000) said += chunk; });
    const port = await Promise.race([started.failed, until('geckodriver', async () => said.match(/Listening on [\d.]+:(\d+)/)?.[1])]);
    const root = `http://127.0.0.1:${port}`;
    const call = async (method, at, body) => {
      const answer = await fetch(root + at, { method, headers: { 'content-type': 'application/json' }, body: method === 'POST' ? JSON.stringify(body ?? {}) : undefined });
      const { value } = await answer.json();
      if (value?.error) throw new Error(`${value.error}: ${value.message}`);
      return value;
    };
    const { sessionId, capabilities } = await call('POST', '/session', { capabilities: { alwaysMatch: { 'moz:firefoxOptions': { args, prefs } } } });
    const at = `/session/${sessionId}`;
    await call('POST', `${at}/moz/context`, { context: 'chrome' });
    await call('POST', `${at}/timeouts`, { script: 60_000 });

    /** Runs the body of an async function with system privileges in the browser's window; its arguments are `A`. */
    const chrome = async (body, ...args) => {
      const script = `const done = arguments[arguments.length - 1], A = [...arguments].slice(0, -1);
        (async () => { ${body} })().then(v => done({ v: v ?? null }), e => done({ e: String(e?.message ?? e) }))`;
      const answer = await call('POST', `${at}/execute/async`, { script, args });
      if ('e' in answer) throw new Error(answer.e);
      return answer.v;
    };
    return {
      chrome, started, profile: capabilities['moz:profile'], version: capabilities.browserVersion,
      install: folder => call('POST', `${at}/moz/addon/install`, { path: folder, temporary: true }),
      close: async () => {
        if (!started.hasEnded()) await Promise.race([call('DELETE', at).catch(() => {}), started.ended]);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
