// What addons.mozilla.org's own linter says about the Firefox package: no errors, and no warnings but the allowed ones.
//   node lint.mjs FOLDER
import { spawnSync } from 'node:child_process';
import path from 'node:path';

// As code and file. CONTRIBUTING.md says why each may stay.
const ALLOWED = ['UNSAFE_VAR_ASSIGNMENT pkg/popup.js'];

const webExt = path.join(import.meta.dirname, '..', 'e2e', 'node_modules', 'web-ext', 'bin', 'web-ext.js');
const options = ['lint', '--source-dir', process.argv[2], '--no-config-discovery', '--output', 'json'];
const { stdout, stderr } = spawnSync(process.execPath, [webExt, ...options], { encoding: 'utf8' });
if (!stdout.startsWith('{')) throw new Error(`web-ext lint did not answer: ${stdout}${stderr}`);
const { errors, warnings } = JSON.parse(stdout);
const refused = [...errors, ...warnings.filter(({ code, file }) => !ALLOWED.includes(`${code} ${file}`))];
for (const { _type, code, file, message } of refused) console.log(`${_type}: ${code} in ${file ?? 'the package'}: ${message}`);
console.log(`${errors.length} errors, ${warnings.length} warnings; ${refused.length} of them not allowed`);
process.exitCode = refused.length ? 1 : 0;
