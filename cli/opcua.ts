import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { MessageSecurityMode } from 'node-opcua';
import { type BrowsedNode, type Walk, walkServer } from '../gateway/opcua/browse-server.ts';
import {
  type ApplicationIdentity,
  applicationIdentity,
  leafOf,
  listCertificates,
  summarise,
  trust,
} from '../gateway/opcua/certificates.ts';
import {
  closeConnection,
  discoverEndpoints,
  type OpcuaConnection,
  openConnection,
} from '../gateway/opcua/connection.ts';
import { opcuaPkiFolder } from '../gateway/opcua/pki-folder.ts';
import { type ImportPlan, planImport } from '../gateway/opcua/plant-import.ts';
import { isDeprecated, policyName, securityChoice } from '../gateway/opcua/security.ts';
import { readServiceLimits } from '../gateway/opcua/service-limits.ts';
import { defaultTiming } from '../gateway/opcua/timing.ts';
import { readFacts } from '../gateway/opcua/variable-facts.ts';
import { existingTags, writeImport } from '../gateway/opcua/write-import.ts';
import { PlantscopeError } from '../model/error.ts';
import type { OpcuaSourceFile } from '../plant/source-schema.ts';

interface DataOption {
  readonly data: string;
}

interface ConnectOptions extends DataOption {
  readonly policy?: string;
  readonly mode?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly userCertificate?: string;
  readonly userKey?: string;
}

export function register(program: Command): void {
  const opcua = program
    .command('opcua')
    .description('Look into OPC UA servers, trust them, import their tags');
  const withData = (command: Command): Command =>
    command.option('--data <folder>', 'data folder of the platform', 'data');
  const withSession = (command: Command): Command =>
    withData(command)
      .option('--policy <name>', 'security policy (default: Basic256Sha256)')
      .addOption(
        new Option('--mode <name>', 'default: SignAndEncrypt').choices(['SignAndEncrypt', 'Sign', 'None']),
      )
      .option('--user <name>', 'user name (default: anonymous)')
      .option('--password-file <file>', 'file that holds the password')
      .option('--user-certificate <file>', 'certificate of an X.509 user, PEM or DER')
      .option('--user-key <file>', 'its private key, PEM');
  withData(opcua.command('endpoints'))
    .argument('<url>', 'opc.tcp://host:port/path')
    .description('List the endpoints of a server with their security')
    .action(endpoints);
  withData(opcua.command('trust'))
    .argument('<url>')
    .option('--yes', 'trust without asking')
    .description("Show a server's certificate and trust it")
    .action(trustServer);
  withData(opcua.command('certificates'))
    .description("This gateway's certificate, and those it trusts or has refused")
    .action(certificates);
  withSession(opcua.command('browse'))
    .argument('<url>')
    .option('--path <path>', 'browse path, or address of a node, to begin at', '/Objects')
    .option('--depth <levels>', 'levels below it', '3')
    .description('Print the nodes of a server with their addresses')
    .action(browse);
  withSession(opcua.command('import'))
    .argument('<url>')
    .option('--path <path>', 'browse path, or address of a node, to begin at', '/Objects')
    .option('--depth <levels>', 'levels below it', '12')
    .option('--source <id>', 'id of the source in the plant file', 'opcua')
    .requiredOption('--into <file>', 'plant file to write or to add to')
    .description('Walk a server and write its variables into a plant file')
    .action(importServer);
}

async function withIdentity<T>(
  data: string,
  work: (identity: ApplicationIdentity) => Promise<T>,
): Promise<T> {
  const identity = await applicationIdentity(opcuaPkiFolder(data));
  try {
    return await work(identity);
  } finally {
    await identity.store.dispose();
  }
}

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

async function endpoints(url: string, { data }: DataOption): Promise<void> {
  await withIdentity(data, async (identity) => {
    for (const endpoint of await discoverEndpoints(url, identity, defaultTiming)) {
      const users = (endpoint.userIdentityTokens ?? []).map(({ policyId }) => policyId).join(', ');
      const policy = policyName(endpoint.securityPolicyUri);
      const warning = isDeprecated(endpoint.securityPolicyUri) ? '  (deprecated: used only where named)' : '';
      print(
        `${endpoint.endpointUrl}  ${policy}  ${MessageSecurityMode[endpoint.securityMode]}  users: ${users}${warning}`,
      );
    }
  });
}

async function trustServer(url: string, { data, yes }: DataOption & { yes?: boolean }): Promise<void> {
  await withIdentity(data, async (identity) => {
    const found = await discoverEndpoints(url, identity, defaultTiming);
    const certificate = found.find(
      ({ serverCertificate }) => serverCertificate?.length > 0,
    )?.serverCertificate;
    if (!certificate) {
      throw new PlantscopeError('opcua-no-certificate', `${url} has no certificate`, {
        where: url,
        hint: 'It offers no secured endpoint; switch security on at the server.',
      });
    }
    const { subject, sha1, sha256, validTo, applicationUri } = summarise(leafOf(certificate));
    print(
      `subject      ${subject}\napplication  ${applicationUri}\nSHA-1        ${sha1}\nSHA-256      ${sha256}\nvalid to     ${validTo}`,
    );
    if (yes !== true && !(await isConfirmed())) {
      throw new PlantscopeError('opcua-not-trusted', 'not trusted; nothing was changed', {
        where: url,
        hint: 'Compare the fingerprint with the one the server shows, then answer yes, or use --yes.',
      });
    }
    await trust(identity.store, certificate);
    print('trusted');
  });
}

async function isConfirmed(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question('Trust this server? [yes/no] ')).trim());
  } finally {
    terminal.close();
  }
}

async function certificates({ data }: DataOption): Promise<void> {
  await withIdentity(data, async ({ pkiFolder, certificateFile }) => {
    const own = summarise(readFileSync(certificateFile));
    print(`own       ${own.sha1}  ${own.subject}  until ${own.validTo.slice(0, 10)}  ${certificateFile}`);
    for (const { list, certificate } of listCertificates(pkiFolder)) {
      const { sha1, subject, validTo } = certificate;
      print(`${list.padEnd(8)}  ${sha1}  ${subject}  until ${validTo.slice(0, 10)}`);
    }
  });
}

function toSource(url: string, options: ConnectOptions): OpcuaSourceFile {
  const { policy, mode } = options;
  // None needs no second word here; the plant file wants both.
  const named = mode ?? (policy === 'None' ? 'None' : undefined);
  const security = { ...(policy && { policy }), ...(named && { mode: named }) };
  const user = toUser(options);
  return {
    kind: 'opcua',
    endpoint: url,
    ...(Object.keys(security).length > 0 && {
      security: security as NonNullable<OpcuaSourceFile['security']>,
    }),
    ...(user && { user }),
  };
}

function toUser({ user, passwordFile, userCertificate, userKey }: ConnectOptions): OpcuaSourceFile['user'] {
  if ((user === undefined) !== (passwordFile === undefined)) {
    throw new PlantscopeError('usage', '--user and --password-file go together', {
      hint: 'A password on the command line would be seen by other users of the machine.',
    });
  }
  if ((userCertificate === undefined) !== (userKey === undefined)) {
    throw new PlantscopeError('usage', '--user-certificate and --user-key go together', {
      hint: 'Name the file of the certificate and the file of its private key.',
    });
  }
  if (userCertificate !== undefined && userKey !== undefined)
    return { certificateFile: userCertificate, privateKeyFile: userKey };
  return user !== undefined && passwordFile !== undefined ? { name: user, passwordFile } : undefined;
}

async function withWalk<T>(
  url: string,
  options: ConnectOptions,
  work: (walk: Walk) => Promise<T>,
): Promise<T> {
  const source = toSource(url, options);
  return withIdentity(options.data, async (identity) => {
    const connection: OpcuaConnection = await openConnection(url, {
      identity,
      security: securityChoice(source),
      user: source.user,
      readSecret: (path) => readFileSync(path, 'utf8').replace(/\r?\n$/, ''),
      timing: defaultTiming,
    });
    try {
      const { session } = connection;
      const namespaces = await session.readNamespaceArray();
      return await work({ session, namespaces, limits: await readServiceLimits(session) });
    } finally {
      await closeConnection(connection, 2_000);
    }
  });
}

function depthOf(text: string): number {
  const depth = Number(text);
  if (Number.isInteger(depth) && depth > 0) return depth;
  throw new PlantscopeError('usage', `--depth is "${text}"`, { hint: 'Expected a whole number from 1.' });
}

type WalkOptions = ConnectOptions & { readonly path: string; readonly depth: string };

async function browse(url: string, options: WalkOptions): Promise<void> {
  await withWalk(url, options, async (walk) => {
    for (const node of await walkServer(walk, options.path, depthOf(options.depth))) print(line(node));
  });
}

const line = ({ path, displayName, isVariable, address }: BrowsedNode): string =>
  `${'  '.repeat(Math.max(0, path.length - 2))}${displayName}${isVariable ? '' : '/'}  ${address}`;

async function importServer(
  url: string,
  options: WalkOptions & { readonly into: string; readonly source: string },
): Promise<void> {
  const text = existsSync(options.into) ? readFileSync(options.into, 'utf8') : '';
  const plan = await withWalk(url, options, async (walk) => {
    const nodes = (await walkServer(walk, options.path, depthOf(options.depth))).filter(
      (node) => node.isVariable,
    );
    const facts = await readFacts(walk, nodes);
    const variables = nodes.flatMap((node, index) => {
      const known = facts[index];
      return known ? [{ node, facts: known }] : [];
    });
    return planImport(variables, existingTags(options.into, text, options.source));
  });
  if (plan.assets.length === 0 && plan.alreadyThere === 0) {
    throw new PlantscopeError('opcua-nothing-found', `no variable was found below ${options.path}`, {
      where: url,
      hint: 'Give another --path; `plantscope opcua browse` shows what there is.',
    });
  }
  writeFileSync(options.into, writeImport(text, plan, options.source, toSource(url, options)));
  tellImport(options.into, plan);
}

function tellImport(file: string, { assets, skipped, unknownUnits, alreadyThere }: ImportPlan): void {
  const tags = assets.reduce((sum, asset) => sum + asset.tags.length, 0);
  const known = alreadyThere > 0 ? `; ${alreadyThere} tags were there already` : '';
  print(`${file}: ${assets.length} assets, ${tags} tags; ${skipped.length} variables left out${known}`);
  const note = (text: string): boolean => process.stderr.write(`${text}\n`);
  for (const { address, reason } of skipped) note(`left out: ${address}: ${reason}`);
  for (const { address, reason } of unknownUnits)
    note(`unit not known: ${address}: "${reason}"; taken as a plain number`);
}
