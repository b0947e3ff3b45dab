// Puts the two unpacked extensions together: extension/, its catalogue as one file, the optimised modules, and the one
// manifest, less what each browser must not see.   node assemble.mjs MODULES OUT
import fs from 'node:fs';
import path from 'node:path';

const [modules, out] = process.argv.slice(2);
const root = path.join(import.meta.dirname, '..', '..');
const read = (...at) => fs.readFileSync(path.join(...at), 'utf8');

const manifest = JSON.parse(read(root, 'manifest.json'));
const version = /^\[workspace\.package\][^[]*?^version = "(.*?)"/ms.exec(read(root, 'Cargo.toml'))?.[1];
if (manifest.version !== version) throw new Error(`manifest.json says ${manifest.version}, Cargo.toml says ${version}`);

const derive = {
  chrome({ browser_specific_settings, background: { service_worker, type }, ...rest }) {
    return { ...rest, background: { service_worker, type } };
  },
  firefox({ key, minimum_chrome_version, background: { scripts, type }, ...rest }) {
    return { ...rest, background: { scripts, type } };
  },
};

// The glue holds its instance in one variable, and every promise and timer of that instance comes back through it. With
// this in its place nothing gets into the dead instance again: see extension/background.js.
const STOP = `
export function stop() {
  wasm = new Proxy({}, { get() { throw new Error('this instance was cut off'); } });
}
`;

function glue() {
  const text = read(modules, 'background.js');
  if (!/^let .*\bwasm;$/m.test(text)) throw new Error('the glue of wasm-bindgen has changed: where does it keep its instance?');
  return text + STOP;
}

// One file for the browser, minified; the files for people, one a category, stay here.
function catalogue() {
  const files = fs.readdirSync(path.join(root, 'extension', 'catalogue')).filter((name) => name.endsWith('.json')).sort();
  return JSON.stringify(files.flatMap((name) => JSON.parse(read(root, 'extension', 'catalogue', name))));
}

for (const [browser, derived] of Object.entries(derive)) {
  const to = path.join(out, browser);
  fs.rmSync(to, { recursive: true, force: true });
  fs.cpSync(path.join(root, 'extension'), to, { recursive: true });
  fs.rmSync(path.join(to, 'catalogue'), { recursive: true });
  fs.writeFileSync(path.join(to, 'catalogue.json'), catalogue());
  fs.copyFileSync(path.join(root, 'LICENSE'), path.join(to, 'LICENSE'));
  fs.mkdirSync(path.join(to, 'pkg'));
  for (const file of ['popup.js', 'popup_bg.wasm', 'background_bg.wasm', 'code.js', 'code_bg.wasm']) fs.copyFileSync(path.join(modules, file), path.join(to, 'pkg', file));
  fs.writeFileSync(path.join(to, 'pkg', 'background.js'), glue());
  fs.writeFileSync(path.join(to, 'manifest.json'), `${JSON.stringify(derived(manifest), null, 2)}\n`);
}
