import type { ChannelFile, NotificationRuleFile } from './notification-schema.ts';
import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';

type Path = Problem['path'];

/** Rules name channels and areas that exist; a channel says where it leads, and in plain words where it is not encrypted. */
export function notificationProblems(file: PlantFile): Problem[] {
  const { channels = [], rules = [] } = file.notifications ?? {};
  const ids = channels.map(({ id }) => id);
  const areas = file.areas.map(({ id }) => id);
  return [
    ...ids.flatMap((id, i) =>
      ids.indexOf(id) < i
        ? [problem('duplicate-id', ['channels', i, 'id'], 'this channel is listed twice', '')]
        : [],
    ),
    ...channels.flatMap((channel, i) => channelProblems(channel, ['channels', i])),
    ...rules.flatMap((rule, i) => ruleProblems(rule, { ids, areas }, ['rules', i])),
  ];
}

function channelProblems(channel: ChannelFile, path: Path): Problem[] {
  if (channel.kind === 'email') {
    const isHalf = (channel.username === undefined) !== (channel.passwordFile === undefined);
    if (!isHalf) return [];
    return [problem('mail-login', path, 'username and passwordFile go together', 'Give both or neither.')];
  }
  const { url, urlFile, plain } = channel;
  if ((url === undefined) === (urlFile === undefined)) {
    const hint = 'url, or urlFile where the address itself is a secret.';
    return [problem('webhook-url', path, 'a webhook needs either url or urlFile', hint)];
  }
  if (url === undefined) return [];
  if (!URL.canParse(url)) return [problem('webhook-url', [...path, 'url'], 'this is no address', '')];
  if (!url.startsWith('http://') || plain === true) return [];
  const hint = 'Use https://, or write `plain: true` where the network is trusted.';
  return [problem('webhook-plain', [...path, 'url'], 'messages would travel unencrypted', hint)];
}

interface Known {
  readonly ids: readonly string[];
  readonly areas: readonly string[];
}

function ruleProblems({ send, areas = [] }: NotificationRuleFile, known: Known, path: Path): Problem[] {
  const missing = (names: readonly string[], among: readonly string[], key: string, what: string) =>
    names.flatMap((name, i) =>
      among.includes(name)
        ? []
        : [
            problem(
              `unknown-${what}`,
              [...path, key, i],
              `there is no ${what} "${name}"`,
              `Known: ${among.join(', ')}`,
            ),
          ],
    );
  return [...missing(send, known.ids, 'send', 'channel'), ...missing(areas, known.areas, 'areas', 'area')];
}

const problem = (code: string, path: Path, message: string, hint: string): Problem => ({
  ...{ code, path: ['notifications', ...path], message },
  ...(hint !== '' && { hint }),
});
