import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { SessionAnswer } from '../schemas/session.ts';

export const sessionRoute: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/session', { schema }, async ({ identity }) => ({
    role: identity?.role ?? 'viewer',
    label: identity?.label ?? '',
  }));
};

const schema = { summary: 'What the token may do', tags: ['operation'], response: { 200: SessionAnswer } };
