// Compiles the benchmarks and runs one: npm run bench -- energy [arguments]
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [name, ...args] = process.argv.slice(2);
const run = (...command) => spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status ?? 1;

const source = ['.ts', '.mjs'].map((end) => join(root, 'bench', name + end)).find(existsSync);
if (source === undefined) {
  const known = readdirSync(join(root, 'bench')).flatMap((file) => /^(.+)\.(ts|mjs)$/.exec(file)?.[1] ?? []);
  process.stderr.write(`usage: npm run bench -- ${known.join(' | ')}\n`);
  process.exit(2);
}
if (source.endsWith('.mjs')) process.exit(run(source, ...args));
const compiled = run(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', 'bench');
if (compiled !== 0) process.exit(compiled);
cpSync(join(root, 'scenarios'), join(root, 'dist-bench', 'scenarios'), {
  recursive: true,
  filter: (path) => !/\.ts$/.test(path),
});
process.exit(run(join(root, 'dist-bench', 'bench', `${name}.js`), ...args));
