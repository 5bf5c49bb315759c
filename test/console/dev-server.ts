import { join } from 'node:path';
import { startServer } from '../../api/server.ts';
import { demoBackend, readingsNow } from '../api/demo-backend.ts';

/**
 * The console on generated readings, for working on it without a platform:
 * build into a folder, then `node <folder>/test/console/dev-server.js <folder>/console [port]`.
 */
const [consoleFolder = 'dist/console', port = '3100'] = process.argv.slice(2);
const backend = demoBackend();
const push = (): void =>
  backend.push(readingsNow(backend.plant, Date.now()).filter(({ tag }) => tag !== 'noise-n.soundLevel'));
push();
setInterval(push, 1000);
const { url } = await startServer(
  { ...backend, consoleFolder: join(process.cwd(), consoleFolder) },
  { host: '127.0.0.1', port: Number(port) },
);
process.stdout.write(`${url}/?token=${backend.tokens.issue({ role: 'operator', label: 'dev server' })}\n`);
