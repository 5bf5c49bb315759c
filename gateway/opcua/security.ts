import { type EndpointDescription, MessageSecurityMode, SecurityPolicy } from 'node-opcua';
import { PlantscopeError } from '../../model/error.ts';
import type { OpcuaSourceFile } from '../../plant/source-schema.ts';

/** What the plant file asks for; a server that does not offer exactly this is refused. */
export interface SecurityChoice {
  readonly policy: SecurityPolicy;
  readonly mode: MessageSecurityMode;
}

/** Policies that OPC 10000-7 (1.05) lists as deprecated: used only where the plant file names them. */
const deprecated: readonly string[] = [SecurityPolicy.Basic256, SecurityPolicy.Basic128Rsa15];

/**
 * The plant file's security; SignAndEncrypt with Basic256Sha256 where it says nothing.
 * @throws PlantscopeError `opcua-security` where the policy is unknown, or policy and mode contradict each other
 */
export function securityChoice(config: Pick<OpcuaSourceFile, 'security'>): SecurityChoice {
  const policyName: string = config.security?.policy ?? 'Basic256Sha256';
  const modeName: string = config.security?.mode ?? (policyName === 'None' ? 'None' : 'SignAndEncrypt');
  if (!(policyName in SecurityPolicy)) {
    throw new PlantscopeError('opcua-security', `there is no security policy ${policyName}`, {
      hint: 'Basic256Sha256, Aes128_Sha256_RsaOaep, Aes256_Sha256_RsaPss or None.',
    });
  }
  if ((policyName === 'None') !== (modeName === 'None')) {
    throw new PlantscopeError(
      'opcua-security',
      `policy ${policyName} and mode ${modeName} contradict each other`,
      {
        hint: 'Use both None, or a policy with Sign or SignAndEncrypt.',
      },
    );
  }
  return {
    policy: SecurityPolicy[policyName as keyof typeof SecurityPolicy],
    mode: MessageSecurityMode[modeName as keyof typeof MessageSecurityMode],
  };
}

export const securityName = ({ policy, mode }: SecurityChoice): string =>
  `${policyName(policy)} ${MessageSecurityMode[mode]}`;

/** `Basic256Sha256` of `http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256`. */
export const policyName = (uri: string | null): string => (uri ?? '').split('#')[1] ?? String(uri);

export const isDeprecated = (policyUri: string | null): boolean => deprecated.includes(policyUri ?? '');

/**
 * The endpoint with exactly the asked policy and mode. Nothing weaker and nothing else is ever taken instead.
 * @throws PlantscopeError `opcua-security-not-offered` naming what the server offers
 */
export function chooseEndpoint(
  endpoints: readonly EndpointDescription[],
  choice: SecurityChoice,
  url: string,
): EndpointDescription {
  const found = endpoints.find(
    (endpoint) => endpoint.securityPolicyUri === choice.policy && endpoint.securityMode === choice.mode,
  );
  if (found) return found;
  const offered = endpoints.map(
    (endpoint) => `${policyName(endpoint.securityPolicyUri)} ${MessageSecurityMode[endpoint.securityMode]}`,
  );
  throw new PlantscopeError('opcua-security-not-offered', `${url} does not offer ${securityName(choice)}`, {
    where: url,
    hint:
      offered.length === 0
        ? 'It names no endpoint for this URL at all: it may know itself by another host name or port.'
        : `It offers: ${[...new Set(offered)].join(', ')}. Change "security" of the source, or the server; nothing weaker is used unasked.`,
  });
}
