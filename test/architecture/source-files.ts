import { execFileSync } from 'node:child_process';

const folders = [
  'model',
  'plant',
  'devices-sim',
  'mqtt',
  'lmdb',
  'gateway',
  'ingest',
  'store',
  'scenarios',
  'api',
  'console',
  'dashboards',
  'cli',
];

/** The TypeScript files of the program, as paths from the root; tests, benchmarks and generated files are not among them. */
export function sourceFiles(root: string): string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return listed.split('\n').filter((file) => file.endsWith('.ts') && !file.includes('/generated/'));
}
