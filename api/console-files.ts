import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendNotFound } from './problem.ts';

/**
 * The built-in console: one page whose script reads the address, so every path that is no file is that page.
 * Beside its own files it uses the platform's pure modules (vocabulary and panel definitions) as they are.
 */
export async function addConsole(app: FastifyInstance, consoleFolder: string): Promise<void> {
  const options = { cacheControl: false, etag: true, index: false as const, setHeaders: revalidate };
  await app.register(fastifyStatic, { ...options, root: consoleFolder, prefix: '/console/' });
  for (const folder of ['model', 'dashboards']) {
    await app.register(fastifyStatic, {
      ...options,
      root: join(consoleFolder, '..', folder),
      prefix: `/${folder}/`,
      decorateReply: false,
      allowedPath: (path) => path.endsWith('.js'),
    });
  }
  app.get('/', { schema: { hide: true } }, (_request, reply) => sendPage(reply));
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !/^\/(api|docs|console|model|dashboards)\//.test(request.url);
    return isPage && (request.headers.accept ?? '').includes('text/html')
      ? sendPage(reply)
      : sendNotFound(request, reply);
  });
}

const sendPage = (reply: FastifyReply): FastifyReply =>
  reply.header('cache-control', 'no-cache').sendFile('index.html');

/** A browser asks each time and gets 304: after an update no page mixes old and new files. */
function revalidate(reply: FastifyReply): void {
  void reply.header('cache-control', 'no-cache');
}
