import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { OPCUACertificateManager, StatusCodes } from 'node-opcua';
import { PlantscopeError } from '../../model/error.ts';

/** The certificate of this application, made once and kept, with the store that holds what it trusts. */
export interface ApplicationIdentity {
  readonly store: OPCUACertificateManager;
  readonly pkiFolder: string;
  readonly certificateFile: string;
  readonly privateKeyFile: string;
  readonly applicationUri: string;
  readonly validTo: Date;
}

export interface CertificateSummary {
  readonly subject: string;
  readonly applicationUri: string;
  readonly validFrom: string;
  readonly validTo: string;
  /** Hexadecimal, as most OPC UA tools show it. */
  readonly sha1: string;
  readonly sha256: string;
}

const validityDays = 20 * 365;

/** Opens the PKI folder of this application and creates its certificate where there is none yet. */
export async function applicationIdentity(pkiFolder: string): Promise<ApplicationIdentity> {
  mkdirSync(pkiFolder, { recursive: true, mode: 0o700 });
  const store = new OPCUACertificateManager({
    rootFolder: pkiFolder,
    automaticallyAcceptUnknownCertificate: false,
  });
  await store.initialize();
  const certificateFile = join(pkiFolder, 'own', 'certs', 'plantscope.pem');
  if (!existsSync(certificateFile)) await createCertificate(store, certificateFile);
  const { applicationUri, validTo } = summarise(readFileSync(certificateFile));
  return {
    store,
    pkiFolder,
    certificateFile,
    privateKeyFile: store.privateKey,
    applicationUri,
    validTo: new Date(validTo),
  };
}

async function createCertificate(store: OPCUACertificateManager, outputFile: string): Promise<void> {
  await store.createSelfSignedCertificate({
    applicationUri: `urn:plantscope:gateway:${randomUUID()}`,
    dns: [hostname()],
    outputFile,
    startDate: new Date(Date.now() - 86_400_000),
    subject: '/CN=Plantscope gateway/O=Plantscope',
    validity: validityDays,
  });
}

export function summarise(certificate: Buffer): CertificateSummary {
  const x509 = new X509Certificate(certificate);
  return {
    subject: x509.subject.replaceAll('\n', ', '),
    applicationUri: /URI:([^,\s]+)/.exec(x509.subjectAltName ?? '')?.[1] ?? '',
    validFrom: new Date(x509.validFrom).toISOString(),
    validTo: new Date(x509.validTo).toISOString(),
    sha1: createHash('sha1').update(x509.raw).digest('hex'),
    sha256: createHash('sha256').update(x509.raw).digest('hex'),
  };
}

/** A server sends its certificate, or a chain of several in one blob; the first is its own. */
export function leafOf(certificate: Buffer): Buffer {
  return new X509Certificate(certificate).raw;
}

export async function trust(store: OPCUACertificateManager, certificate: Buffer): Promise<void> {
  await store.trustCertificate(leafOf(certificate));
}

export async function isTrusted(store: OPCUACertificateManager, certificate: Buffer): Promise<boolean> {
  return (await store.getTrustStatus(leafOf(certificate))).equals(StatusCodes.Good);
}

/** The certificates in a PKI folder: what is trusted, and what was seen and refused. */
export function listCertificates(
  pkiFolder: string,
): { readonly list: 'trusted' | 'rejected'; readonly certificate: CertificateSummary }[] {
  const folders = { trusted: join(pkiFolder, 'trusted', 'certs'), rejected: join(pkiFolder, 'rejected') };
  return (['trusted', 'rejected'] as const).flatMap((list) =>
    certificateFiles(folders[list]).map((file) => ({ list, certificate: summarise(readFileSync(file)) })),
  );
}

function certificateFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.(pem|der|crt)$/.test(name))
    .map((name) => join(folder, name));
}

/** The built-in simulator, as far as trust goes. */
export interface LocalServer {
  /** DER */
  readonly certificate: Buffer;
  trustClient(certificateDer: Buffer): Promise<void>;
}

/** Makes this gateway and a server on the same machine trust each other; to be done before the source starts. */
export async function trustEachOther(clientPkiFolder: string, server: LocalServer): Promise<void> {
  const identity = await applicationIdentity(clientPkiFolder);
  await trust(identity.store, server.certificate);
  await server.trustClient(leafOf(readFileSync(identity.certificateFile)));
  await identity.store.dispose();
}

/**
 * Refuses a server whose certificate nobody has trusted yet, and says what to do.
 * @throws PlantscopeError `opcua-certificate-untrusted`, `opcua-certificate-expired`
 */
export async function requireTrusted(
  store: OPCUACertificateManager,
  certificate: Buffer,
  url: string,
): Promise<void> {
  const { subject, sha1, validTo } = summarise(leafOf(certificate));
  if (!(await isTrusted(store, certificate))) {
    await store.rejectCertificate(leafOf(certificate));
    throw new PlantscopeError(
      'opcua-certificate-untrusted',
      `the server's certificate is not trusted: ${subject}, SHA-1 ${sha1}`,
      {
        where: url,
        retryable: true,
        hint: `Compare the fingerprint with the server's own display, then run: plantscope opcua trust ${url}`,
      },
    );
  }
  if (new Date(validTo).getTime() < Date.now()) {
    throw new PlantscopeError('opcua-certificate-expired', `the server's certificate expired on ${validTo}`, {
      where: url,
      retryable: true,
      hint: `Renew the server's certificate, then run: plantscope opcua trust ${url}`,
    });
  }
}
