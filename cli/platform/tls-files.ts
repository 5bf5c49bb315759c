import type { BrokerAccess } from '../../gateway/broker-link.ts';

interface TlsFiles {
  readonly caFile?: string;
  readonly certificateFile?: string;
  readonly privateKeyFile?: string;
}

/** The PEM texts of the files that the plant file names for a broker. */
export function tlsFiles(
  files: TlsFiles | undefined,
  readSecret: (path: string) => string,
): NonNullable<BrokerAccess['tls']> {
  const { caFile, certificateFile, privateKeyFile } = files ?? {};
  return {
    ...(caFile !== undefined && { ca: readSecret(caFile) }),
    ...(certificateFile !== undefined && { cert: readSecret(certificateFile) }),
    ...(privateKeyFile !== undefined && { key: readSecret(privateKeyFile) }),
  };
}
