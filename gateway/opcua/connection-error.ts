import { readFileSync } from 'node:fs';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import { type ApplicationIdentity, summarise } from './certificates.ts';

interface Explanation {
  readonly pattern: RegExp;
  readonly code: string;
  readonly text: string;
  readonly hint: (identity: ApplicationIdentity) => string;
}

/** What each failure means on a shop floor, most specific first. */
const explanations: readonly Explanation[] = [
  {
    pattern: /user token policy in end ?point/i,
    code: 'opcua-user-kind',
    text: 'the server lets no such kind of user in',
    hint: () =>
      '`plantscope opcua endpoints` lists the kinds it takes; name one as "user" of the source: name and password file, or certificate and key.',
  },
  {
    pattern: /BadIdentityToken|BadUserAccessDenied|BadUserSignatureInvalid/i,
    code: 'opcua-user-refused',
    text: 'the server refuses the user',
    hint: () => 'Check "user" of the source: name and password file, or certificate and key.',
  },
  {
    pattern: /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN/i,
    code: 'opcua-unreachable',
    text: 'the server does not answer',
    hint: () => 'Check that the server runs, its host and port, and the firewall between.',
  },
  {
    pattern: /BadTooManySessions|BadServerTooBusy|BadTooManySecureChannels/i,
    code: 'opcua-server-full',
    text: 'the server has no session left',
    hint: () => 'Close other clients, or raise the session limit of the server.',
  },
  {
    pattern: /BadCertificateTimeInvalid|BadCertificateIssuerTimeInvalid/i,
    code: 'opcua-certificate-time',
    text: 'a certificate is not valid at the present time',
    hint: () => 'Compare the clocks of server and gateway, then the validity dates of both certificates.',
  },
  {
    pattern: /BadCertificate|BadSecurityChecksFailed|untrusted|certificate/i,
    code: 'opcua-certificate-refused',
    text: "the server refuses this gateway's certificate",
    hint: trustAtServer,
  },
  {
    pattern:
      /premature|prematurely|closed|ECONNRESET|EPIPE|socket hang up|has been disconnected|disconnection/i,
    code: 'opcua-connection-cut',
    text: 'the server cut the connection while it was being secured',
    hint: (identity) => `Most often a certificate it does not trust. ${trustAtServer(identity)}`,
  },
  {
    pattern: /timeout|timed ?out|ETIMEDOUT/i,
    code: 'opcua-timeout',
    text: 'the server does not answer in time',
    hint: () => 'Check the network between and the load of the server.',
  },
];

function trustAtServer({ certificateFile }: ApplicationIdentity): string {
  const { sha1 } = summarise(readFileSync(certificateFile));
  return `Move this gateway's certificate (SHA-1 ${sha1}) to the trusted list at the server; the file is ${certificateFile}.`;
}

/** Turns what the OPC UA stack threw into an error that names what to do next. */
export function explainConnectionError(
  thrown: unknown,
  url: string,
  identity: ApplicationIdentity,
): PlantscopeError {
  if (thrown instanceof PlantscopeError) return thrown;
  const message = errorMessage(thrown).split('\n')[0] ?? '';
  const known = explanations.find(({ pattern }) => pattern.test(errorMessage(thrown)));
  return new PlantscopeError(
    known?.code ?? 'opcua-connection-failed',
    `${known?.text ?? 'no connection'}: ${message}`,
    {
      where: url,
      retryable: true,
      cause: thrown,
      hint:
        known?.hint(identity) ??
        `Run \`plantscope opcua endpoints ${url}\` to see whether the server answers at all.`,
    },
  );
}
