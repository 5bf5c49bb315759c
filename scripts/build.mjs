// Compiles the platform and the console into dist/ and links the `plantscope` command.
// Runs on `npm ci` (prepare) and before `npm start`; the compiler's build mode leaves alone what is up to date.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

execFileSync(process.execPath, [compiler, '-b', '.', 'console'], { cwd: root, stdio: 'inherit' });
copyAssets();
linkCommand();

/** What the compiler does not carry: tables, knowledge bases, pages, styles. */
function copyAssets() {
  const assets = /\.(ya?ml|json|css|html|svg|csv)$/;
  for (const folder of ['plant', 'scenarios', 'gateway', 'console', 'dashboards']) {
    cpSync(join(root, folder), join(root, 'dist', folder), {
      recursive: true,
      filter: (path) => !/tsconfig\.json$/.test(path) && (assets.test(path) || !/\.[a-z]+$/i.test(path)),
    });
  }
  for (const [from, to] of [
    ['node_modules/uplot/dist/uPlot.esm.js', 'uplot.js'],
    ['node_modules/uplot/dist/uPlot.min.css', 'uplot.css'],
    ['node_modules/echarts/dist/echarts.esm.min.mjs', 'echarts.js'],
  ]) {
    const target = join(root, 'dist', 'console', 'vendor', to);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, from), target);
  }
}

function linkCommand() {
  const main = join(root, 'dist', 'cli', 'main.js');
  chmodSync(main, 0o755);
  const link = join(root, 'node_modules', '.bin', 'plantscope');
  rmSync(link, { force: true });
  symlinkSync(join('..', '..', 'dist', 'cli', 'main.js'), link);
}
