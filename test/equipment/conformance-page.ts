import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const page = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'docs/conformance.md');

/** Order of the sections; each test run writes its own and leaves the others. */
const ORDER = [
  '## Bearing records',
  '## Envelope methods compared',
  '## SKAB, valve1',
  '## NAB streams',
  '## AI4I machining rows',
  "## Simulator's labelled faults",
  '## Computing time',
];

const HEAD = `# Conformance: equipment

Written by the test run (test/equipment/conformance.test.ts, simulator-faults.test.ts and computing-time.test.ts) on public data sets and the
simulator: every figure that must be shown, its method, and every failure as it came out.

`;

/** Puts sections, each from its heading on, in their place on the page. */
export function writeSections(sections: readonly string[]): void {
  const known = new Map(existsSync(page) ? sectionsOf(readFileSync(page, 'utf8')) : []);
  for (const section of sections) known.set(headingOf(section), section);
  const placed = ORDER.flatMap((heading) => known.get(heading)?.trimEnd() ?? []);
  writeFileSync(page, `${HEAD}${placed.join('\n\n')}\n`);
}

const headingOf = (section: string): string => section.slice(0, section.indexOf('\n'));

function sectionsOf(text: string): [string, string][] {
  return text
    .split(/^(?=## )/m)
    .slice(1)
    .map((section) => [headingOf(section), section]);
}
