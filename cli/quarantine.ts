import type { Command } from 'commander';
import { PlantscopeError } from '../model/error.ts';
import { printCsv, printJson, readInput } from './io.ts';
import {
  type AccessOptions,
  type Item,
  type ItemQuery,
  openQuarantine,
  type QuarantineAccess,
} from './quarantine-access.ts';

interface ListOptions extends AccessOptions {
  readonly reason?: string;
  readonly source?: string;
  readonly before?: string;
  readonly limit: string;
  readonly groups?: boolean;
  readonly json?: boolean;
}

interface ReplayOptions extends AccessOptions {
  readonly payload?: string;
  readonly payloadFile?: string;
}

/** `plantscope quarantine list|show|replay|discard`: what was refused, for a person to read, mend and send again. */
export function register(program: Command): void {
  const quarantine = program
    .command('quarantine')
    .description('What arrived and could not be taken: read it, mend it, send it again, or discard it');
  addList(quarantine);
  withAccess(quarantine.command('show <id>').description('Print one item as JSON')).action(
    (id: string, options: AccessOptions) =>
      using(options, async (held) => printJson(await itemOf(held, idOf(id)))),
  );
  withAccess(
    quarantine
      .command('replay <ids...>')
      .description('Send items through ingest again; what is still wrong comes back as a new item')
      .option('--payload <text>', 'send this instead: the payload of one item, mended')
      .option('--payload-file <file>', 'the same from a file, or - for standard input'),
  ).action(replay);
  withAccess(quarantine.command('discard <ids...>').description('Remove items for good')).action(
    (ids: string[], options: AccessOptions) =>
      using(options, (held) => each(ids, 'discarded', (id) => held.discard(id))),
  );
}

function addList(quarantine: Command): void {
  const list = quarantine
    .command('list')
    .description('Print items as CSV, newest first')
    .option('--groups', 'one line for each reason and source instead')
    .option('--reason <reason>', 'only of this reason')
    .option('--source <source>', 'only from this source or station')
    .option('--before <id>', 'only items with a smaller id, to page on')
    .option('--limit <number>', 'items at most, up to 1000', '100')
    .option('--json', 'print JSON instead');
  withAccess(list).action((options: ListOptions) => using(options, (held) => printList(held, options)));
}

function withAccess(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'a running platform (default: the one that runs on the data folder, else the folder itself)',
    )
    .option('--token <token>', 'access token of an operator (default: one made from the data folder)')
    .option('--data <folder>', 'data folder of the platform', 'data');
}

async function using(
  options: AccessOptions,
  action: (held: QuarantineAccess) => Promise<void>,
): Promise<void> {
  const held = await openQuarantine(options);
  try {
    await action(held);
  } finally {
    await held.close();
  }
}

const itemColumns = [
  ...(['id', 'reason', 'from', 'where', 'tag', 'count', 'firstTime', 'lastTime', 'message'] as const),
];
const groupColumns = [...(['reason', 'from', 'items', 'count', 'firstTime', 'lastTime'] as const)];

async function printList(held: QuarantineAccess, options: ListOptions): Promise<void> {
  const { items, groups } = await held.list(queryOf(options));
  if (options.json) return printJson(options.groups ? groups : items);
  if (options.groups)
    return printCsv(
      groupColumns,
      groups.map((group) => groupColumns.map((c) => group[c])),
    );
  printCsv(
    itemColumns,
    items.map((item) => itemColumns.map((column) => item[column])),
  );
}

function queryOf({ reason, source, before, limit }: ListOptions): ItemQuery {
  const most = idOf(limit, '--limit');
  if (most > 1000) throw new PlantscopeError('usage', '--limit is 1000 at most');
  return {
    limit: most,
    ...(reason !== undefined && { reason }),
    ...(source !== undefined && { source }),
    ...(before !== undefined && { before: idOf(before, '--before') }),
  };
}

async function replay(ids: string[], options: ReplayOptions): Promise<void> {
  const payload =
    options.payloadFile === undefined ? options.payload : readInput(options.payloadFile).toString('utf8');
  if (payload !== undefined && ids.length > 1) {
    throw new PlantscopeError('usage', 'A mended payload is for one item, not several');
  }
  await using(options, (held) => each(ids, 'replayed', (id) => held.replay(id, payload)));
}

/** One that is gone already keeps nobody from the others. @throws PlantscopeError `not-found`, at the end */
async function each(ids: readonly string[], done: string, act: (id: number) => Promise<void>): Promise<void> {
  const gone: number[] = [];
  for (const id of ids.map((text) => idOf(text))) {
    try {
      await act(id);
      process.stderr.write(`${done} ${id}\n`);
    } catch (thrown) {
      if (!(thrown instanceof PlantscopeError && thrown.code === 'not-found')) throw thrown;
      gone.push(id);
    }
  }
  if (gone.length === 0) return;
  throw new PlantscopeError('not-found', `There is no quarantined item ${gone.join(', ')}`, {
    hint: 'All others named were dealt with. `plantscope quarantine list` shows what is there.',
  });
}

async function itemOf(held: QuarantineAccess, id: number): Promise<Item> {
  const [item] = (await held.list({ before: id + 1, limit: 1 })).items;
  if (item?.id === id) return item;
  throw new PlantscopeError('not-found', `There is no quarantined item ${id}`, { where: 'id' });
}

function idOf(text: string, what = 'an item'): number {
  const id = Number(text);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new PlantscopeError('usage', `${what} is a whole number from 1, not "${text}"`);
}
