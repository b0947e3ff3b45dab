// Processes and folders that never outlive a test run: each process is the head of a group, and the group is killed
// when it is closed, when Node ends, and when Node is told to end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const groups = new Set();
const folders = new Set();

function sweep() {
  for (const pid of groups) kill(pid);
  // What is being killed may write a last file: looked at until it is gone, for two seconds at most.
  for (const folder of folders) {
    for (let left = 80; left > 0 && fs.existsSync(folder); left--) {
      try { fs.rmSync(folder, { recursive: true, force: true }); } catch { /* something was just written */ }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
    }
  }
}

function kill(pid) {
  try { process.kill(-pid, 'SIGKILL'); } catch { /* it has ended */ }
}

process.once('exit', sweep);
// Whoever reads us has died: so do we, in order.
process.stdout.on('error', () => process.exit(1));
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) process.once(signal, () => process.exit(code));

/** A fresh folder, removed at the end. */
export function folder(prefix) {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), `gatewright-${prefix}-`));
  folders.add(made);
  return made;
}

export function remove(made) {
  fs.rmSync(made, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  folders.delete(made);
}

/** Starts a program in a process group of its own. `stop` kills the whole group and waits for its end. */
export function start(command, args, { stdio, env } = {}) {
  const child = spawn(command, args, { stdio, env: { ...process.env, ...env }, detached: true });
  const failed = new Promise((_, no) => child.once('error', error => no(new Error(`${command} can't be started: ${error.message}`))));
  failed.catch(() => {});
  const ended = once(child, 'exit').catch(() => {});
  if (child.pid) groups.add(child.pid);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || !child.pid;
  const stop = async () => {
    if (!child.pid) return;
    kill(child.pid);
    if (!hasEnded()) await ended;
    groups.delete(child.pid);
  };
  return { child, failed, ended, hasEnded, stop };
}
