import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

const style = `
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;
background:light-dark(#e9ebed,#15181b);color:light-dark(#1d2226,#e4e7ea)}
main{box-sizing:border-box;width:min(30rem,100%);padding:2rem;background:light-dark(#f6f7f8,#1d2125);border:1px solid light-dark(#c5cace,#394047);border-radius:6px}
h1{font-size:1.25rem;margin:0 0 .75rem}p{margin:0 0 1rem}
label{display:block;font-weight:600;margin-bottom:.25rem}
input,button{font:inherit;box-sizing:border-box;width:100%;padding:.6rem .7rem;border-radius:4px;border:1px solid light-dark(#767d84,#7d868e);background:light-dark(#fff,#121518);color:inherit}
button{margin-top:.75rem;background:light-dark(#2d3740,#dfe3e6);color:light-dark(#fff,#15181b);font-weight:600;cursor:pointer}
code{font-family:ui-monospace,monospace;background:light-dark(#dfe2e5,#2b3137);padding:.1em .35em;border-radius:3px}
:focus-visible{outline:3px solid light-dark(#1c62b5,#7db4f0);outline-offset:2px}
.wrong{border-left:4px solid light-dark(#b3261e,#ff8a80);padding-left:.75rem}`;

const styleHash = createHash('sha256').update(style).digest('base64');

const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

const notices = {
  'no-token': '',
  'unknown-token':
    '<p class="wrong" role="alert">This token is unknown, revoked or expired. 该令牌无效或已过期。</p>',
} as const;

/** The page for who comes without a token. A plain form: it works without script, and leads through the start link's way in. */
export function sendSignIn(reply: FastifyReply, reason: keyof typeof notices): FastifyReply {
  return reply
    .code(401)
    .headers({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'www-authenticate': 'Bearer realm="plantscope"',
    })
    .type('text/html; charset=utf-8')
    .serializer(String)
    .send(page(notices[reason]));
}

const page = (notice: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Plantscope: sign in</title><style>${style}</style>
<main><h1>Plantscope</h1>${notice}
<p>Open the link that the platform printed at its start, or paste an access token. <code>plantscope token</code> prints one.<br>
<span lang="zh">请打开启动时打印的链接,或粘贴访问令牌。</span></p>
<form method="get" action="/"><label for="token">Access token <span lang="zh">访问令牌</span></label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Open <span lang="zh">打开</span></button></form></main></html>
`;
