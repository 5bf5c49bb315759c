// Runs a TypeScript module of this repository in a process of its own: node test/peers/run-ts.mjs <module> [arguments].
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const vite = await createServer({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
});
await vite.ssrLoadModule(process.argv[2]);
