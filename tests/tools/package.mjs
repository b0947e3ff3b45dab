// Zips the two unpacked extensions, the same bytes each time: sorted names, one fixed date, no rights, no other fields.
//   node package.mjs DIST
import fs from 'node:fs';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

const [dist] = process.argv.slice(2);
// 1 January 1980, the first day that a zip knows; and version 2.0, which knows deflate.
const [DATE, TIME, VERSION, DEFLATE] = [0x21, 0, 20, 8];

const fields = (...pairs) => Buffer.concat(pairs.map(([size, value]) => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntLE(value, 0, size);
  return bytes;
}));

function zip(files) {
  const [bodies, directory] = [[], []];
  let at = 0;
  for (const { name, data } of files) {
    const [called, packed] = [Buffer.from(name), deflateRawSync(data, { level: 9 })];
    const common = fields([2, VERSION], [2, 0], [2, DEFLATE], [2, TIME], [2, DATE], [4, crc32(data)], [4, packed.length], [4, data.length], [2, called.length], [2, 0]);
    directory.push(fields([4, 0x02014b50], [2, VERSION]), common, fields([2, 0], [2, 0], [2, 0], [4, 0], [4, at]), called);
    const body = Buffer.concat([fields([4, 0x04034b50]), common, called, packed]);
    bodies.push(body);
    at += body.length;
  }
  const index = Buffer.concat(directory);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, index.length], [4, at], [2, 0]);
  return Buffer.concat([...bodies, index, end]);
}

/** All files below a folder, by name; always with `/`. */
function filesIn(folder) {
  const found = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const named = found.map(entry => path.join(entry.parentPath, entry.name)).map(file => ({
    name: path.relative(folder, file).split(path.sep).join('/'),
    data: fs.readFileSync(file),
  }));
  return named.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A store gives an extension its id itself, and refuses one that brings a key. */
function withoutKey({ name, data }) {
  if (name !== 'manifest.json') return { name, data };
  const { key, ...rest } = JSON.parse(data);
  return { name, data: Buffer.from(`${JSON.stringify(rest, null, 2)}\n`) };
}

for (const browser of ['chrome', 'firefox']) {
  const files = filesIn(path.join(dist, browser)).map(withoutKey);
  const { version } = JSON.parse(files.find(({ name }) => name === 'manifest.json').data);
  const to = path.join(dist, `gatewright-${browser}-${version}.zip`);
  fs.writeFileSync(to, zip(files));
  console.log(`${path.relative('.', to)}  ${fs.statSync(to).size} bytes`);
}
