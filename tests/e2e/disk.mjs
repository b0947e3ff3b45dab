// What lies on the disk: a search of every file below a folder, for a value as it is and as UTF-16.
import fs from 'node:fs';
import path from 'node:path';

/** The files that hold `value`. What vanishes while one looks holds nothing. */
export function filesWith(folder, value) {
  const needles = ['latin1', 'utf16le'].map(encoding => Buffer.from(value, encoding));
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name));
  return files.filter(file => {
    const held = contentOf(file);
    return needles.some(needle => held.includes(needle));
  });
}

function contentOf(file) {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
