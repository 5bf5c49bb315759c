import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AccessTokens } from '../../api/auth/tokens.ts';
import { testApp } from './app-fixture.ts';

const dataFolder = (): string => mkdtempSync(join(tmpdir(), 'plantscope-tokens-'));

describe('access tokens', () => {
  it('are kept hashed, in files only their owner reads', () => {
    const folder = dataFolder();
    const token = new AccessTokens(folder).issue({ role: 'viewer', label: 'test' });
    const [file] = readdirSync(join(folder, 'access'));
    const path = join(folder, 'access', file ?? '');
    expect(readFileSync(path, 'utf8') + path).not.toContain(token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('issued beside a running platform work at once, and revoked ones end within a second', async () => {
    const folder = dataFolder();
    let nowMs = 1_000_000;
    const running = new AccessTokens(folder, { nowMs: () => nowMs });
    const token = new AccessTokens(folder).issue({ role: 'operator', label: 'beside' });
    expect(await running.verify(token)).toMatchObject({ role: 'operator', label: 'beside' });
    rmSync(join(folder, 'access'), { recursive: true });
    nowMs += 1001;
    expect(await running.verify(token)).toBeUndefined();
  });

  it('expire, and expired ones are pruned', async () => {
    const folder = dataFolder();
    let nowMs = 1_000_000;
    const tokens = new AccessTokens(folder, { nowMs: () => nowMs });
    const token = tokens.issue({ role: 'viewer', label: 'short', expiresMs: 1_000_500 });
    expect(await tokens.verify(token)).toBeDefined();
    nowMs = 1_000_500;
    expect(await tokens.verify(token)).toBeUndefined();
    tokens.prune();
    expect(readdirSync(join(folder, 'access'))).toEqual([]);
  });

  it.each(['', '{"role":"adm', 'null'])(
    'a record of which a full disk left only %j lets nobody in, keeps nothing from starting, and is pruned',
    async (text) => {
      const folder = dataFolder();
      const tokens = new AccessTokens(folder);
      const token = tokens.issue({ role: 'admin', label: 'start link' });
      const [file = ''] = readdirSync(join(folder, 'access'));
      writeFileSync(join(folder, 'access', file), text);
      expect(await tokens.verify(token)).toBeUndefined();
      tokens.prune();
      expect(readdirSync(join(folder, 'access'))).toEqual([]);
    },
  );

  it('one that can not be kept leaves no file behind', () => {
    const folder = dataFolder();
    writeFileSync(join(folder, 'access'), ''); // in the way of the folder
    const code = expect.objectContaining({ code: 'data-folder-unwritable' });
    expect(() => new AccessTokens(folder).issue({ role: 'admin', label: 'x' })).toThrow(code);
    expect(readdirSync(folder)).toEqual(['access']);
  });
});

describe('the guard', () => {
  it('lets nobody in without a token, but for the probes', async () => {
    const { app } = await testApp();
    const closed = [
      '/api/v1/plant',
      '/api/v1/latest',
      '/api/v1/stream',
      '/metrics',
      '/docs',
      '/docs/json',
      '/nowhere',
    ];
    for (const url of closed) expect((await app.inject(url)).statusCode, url).toBe(401);
    for (const url of ['/healthz', '/readyz']) expect((await app.inject(url)).statusCode, url).toBe(200);
  });

  it('refuses a wrong token with a problem and a challenge', async () => {
    const { app } = await testApp();
    const answer = await app.inject({ url: '/api/v1/plant', headers: { authorization: 'Bearer wrong' } });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="plantscope"');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      code: 'unauthorized',
      hint: expect.stringContaining('plantscope token'),
    });
  });

  it('turns the start link into a cookie that scripts and other sites can not use', async () => {
    const { app, backend } = await testApp();
    const token = backend.tokens.issue({ role: 'viewer', label: 'link' });
    const answer = await app.inject(`/?token=${token}&range=7d`);
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/?range=7d');
    const [cookie] = answer.cookies;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/', value: token });
    const cookies = { [cookie?.name ?? '']: token };
    expect((await app.inject({ url: '/api/v1/plant', cookies })).statusCode).toBe(200);
  });

  it('does not redirect to another site', async () => {
    const { app, backend } = await testApp();
    const token = backend.tokens.issue({ role: 'viewer', label: 'link' });
    const answer = await app.inject(`//evil.example/x?token=${token}`);
    expect(answer.headers.location ?? '').not.toMatch(/^\/\/|^https?:/);
  });

  it('takes no token in the address of the API', async () => {
    const { app, backend } = await testApp();
    const token = backend.tokens.issue({ role: 'viewer', label: 'link' });
    expect((await app.inject(`/api/v1/plant?token=${token}`)).statusCode).toBe(401);
  });

  it('shows a browser without a token the way in', async () => {
    const { app } = await testApp();
    const answer = await app.inject({ url: '/trend', headers: { accept: 'text/html' } });
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toContain('<form method="get"');
    const wrong = await app.inject({ url: '/?token=wrong', headers: { accept: 'text/html' } });
    expect(wrong.statusCode).toBe(401);
    expect(wrong.body).toContain('role="alert"');
  });

  it('lets each role do what it may', async () => {
    const { as } = await testApp();
    const replay = { method: 'POST', url: '/api/v1/quarantine/1/replay' } as const;
    const refused = await as('viewer', replay);
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({
      code: 'forbidden',
      hint: expect.stringContaining('--role operator'),
    });
    expect((await as('operator', replay)).statusCode).toBe(204);
  });

  it('refuses an action that a page of another origin starts with the cookie', async () => {
    const { app, backend } = await testApp();
    const token = backend.tokens.issue({ role: 'operator', label: 'link' });
    const cookies = { [`plantscope_${backend.tokens.instance}`]: token };
    const act = (origin: string) =>
      app.inject({
        method: 'DELETE',
        url: '/api/v1/quarantine/2',
        cookies,
        headers: { origin, host: 'plant:3000' },
      });
    expect((await act('http://plant:4000')).statusCode).toBe(403);
    expect((await act('http://plant:3000')).statusCode).toBe(204);
  });
});
