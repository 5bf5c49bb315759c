import type { Command } from 'commander';

interface CommandModule {
  register(program: Command): void;
}

/** Each command's module is loaded only when that command runs: `plantscope --help` shall not load an OPC UA stack. */
const commands: Readonly<Record<string, readonly [summary: string, load: () => Promise<CommandModule>]>> = {
  start: ['Run the whole platform in one process, and print the link to open', () => import('./start.ts')],
  check: [
    'Check a plant file and list every problem with line, column and a hint',
    () => import('./check.ts'),
  ],
  sim: [
    'Run the simulated factory alone: OPC UA server with historian, MQTT devices',
    () => import('./sim.ts'),
  ],
  opcua: ['Look into OPC UA servers, trust them, import their tags', () => import('./opcua.ts')],
  token: ['Print a new access token for the API and the console', () => import('./token.ts')],
  store: ['Set up the store, and show what is in it', () => import('./store.ts')],
  export: ['Write readings into a CSV or Parquet file', () => import('./export.ts')],
  import: ['Read an exported CSV or Parquet file into the store', () => import('./import.ts')],
  tags: ['The tags of a plant file as a spreadsheet (XLSX, CSV), and back', () => import('./tags.ts')],
  history: ['Bring in old readings of another system from a CSV file', () => import('./history.ts')],
  migrate: [
    'Copy the store of the plant file into another, with a check of counts',
    () => import('./migrate.ts'),
  ],
  quarantine: [
    'What arrived and could not be taken: read it, mend it, send it again, or discard it',
    () => import('./quarantine.ts'),
  ],
  serve: ['Run one part of the platform by itself', () => import('./serve.ts')],
  secrets: ['Create the random secrets that docker-compose.yml reads', () => import('./secrets.ts')],
  notify: ['Try the channels that tell alarms beyond the screen', () => import('./notify.ts')],
  device: ['Give an MQTT device a user and password on the embedded broker', () => import('./device.ts')],
  hj212: [
    'Read and write frames of HJ 212, the protocol of environmental authorities',
    () => import('./hj212.ts'),
  ],
  waveform: ['Enter a recording of vibration or current from a file', () => import('./waveform.ts')],
  commission: ['Find wrongly wired and wrongly scaled electricity meters', () => import('./commission.ts')],
  analyse: ['Run the scenario mathematics on a recorded file', () => import('./analyse.ts')],
};

/** Registers the command that is asked for whole, and the others by name and summary. */
export async function registerCommands(program: Command, asked: string | undefined): Promise<void> {
  for (const [name, [summary, load]] of Object.entries(commands)) {
    if (name === asked) (await load()).register(program);
    else program.command(name).description(summary);
  }
}
