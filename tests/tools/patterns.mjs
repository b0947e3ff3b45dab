// Whether JavaScript's regular expressions say the same as the native ones. The native tests run it (tests/it/tests/catalogue.rs)
// and write {texts, patterns: {pattern: [indexes of the texts it matches]}} to it.
import fs from 'node:fs';

const { texts, patterns } = JSON.parse(fs.readFileSync(0, 'utf8'));
let wrong = 0;
for (const [pattern, native] of Object.entries(patterns)) {
  for (const flags of ['', 'u']) {
    const compiled = new RegExp(pattern, flags);
    const here = texts.flatMap((text, index) => (compiled.test(text) ? [index] : []));
    if (here.join() === native.join()) continue;
    wrong += 1;
    console.error(`/${pattern}/${flags} matches ${JSON.stringify(here.map((i) => texts[i]))}, natively ${JSON.stringify(native.map((i) => texts[i]))}`);
  }
}
process.exit(wrong ? 1 : 0);
