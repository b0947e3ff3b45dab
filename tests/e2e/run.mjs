// Runs every *.test.mjs here (or the ones named: `node run.mjs protect people`), says what each did, and counts.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const wanted = process.argv.slice(2);
const files = fs.readdirSync(import.meta.dirname)
  .filter(file => file.endsWith('.test.mjs') && (wanted.length === 0 || wanted.some(name => file.startsWith(name))))
  // What proves the drivers first: if that fails, the rest says little.
  .sort((a, b) => b.startsWith('selfcheck') - a.startsWith('selfcheck') || a.localeCompare(b))
  .map(file => path.join(import.meta.dirname, file));

const counts = { passed: 0, failed: 0 };
const isTest = ({ details, name, file }) => details.type !== 'suite' && name !== file && !files.includes(name);
// Told to end, the files are told too: each of them closes its browsers.
const told = new AbortController();
for (const [name, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
  process.once(name, () => {
    told.abort();
    process.exit(code);
  });
}
const stream = run({ files, concurrency: Number(process.env.GATEWRIGHT_E2E_AT_ONCE ?? 1), timeout: 600_000, signal: told.signal });
let failures = 0;
stream.on('test:pass', event => { if (isTest(event) && !event.skip && !event.todo) counts.passed += 1; });
stream.on('test:fail', event => {
  failures += 1;
  if (isTest(event)) counts.failed += 1;
});
const report = stream.compose(spec);
report.pipe(process.stdout);
report.on('end', () => {
  // A suite or a file that failed without a test of its own failing is a failure too.
  if (failures > 0 && counts.failed === 0) counts.failed = failures;
  const wrong = counts.failed > 0 || counts.passed === 0;
  process.stdout.write(`${counts.passed === 0 && counts.failed === 0 ? 'no test ran\n' : ''}${counts.passed} passed, ${counts.failed} failed\n`);
  process.exitCode = wrong ? 1 : 0;
});
