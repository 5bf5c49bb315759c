import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An authority with a certificate for a server on loopback and one for a client, made anew. */
export interface TestCertificates {
  readonly folder: string;
  path(name: string): string;
  read(name: string): string;
}

/** Files: `ca.pem`, `server.pem`, `server.key`, `client.pem`, `client.key`. */
export function testCertificates(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-tls-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test ca');
  for (const name of ['server', 'client']) {
    const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`];
    openssl('req', '-x509', ...key, ...issuer, ...files, '-subj', `/CN=${name}`);
  }
  const path = (name: string): string => join(folder, name);
  return { folder, path, read: (name) => readFileSync(path(name), 'utf8') };
}
