import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { decideReview, dev, listReviews, report, status, submit, worker } from './commands.js';
import type { ServerOptions } from './connect.js';
import { demo } from './demo.js';
import { installQuietRuntime } from './quiet-runtime.js';
import { tellError } from './tell-error.js';

const program = new Command('kamachiq').description('Autonomous multi-agent project execution on Temporal.').showHelpAfterError();

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '') throw new InvalidArgumentError('Expected a whole number of at least 0.');
  return value;
};

const port = (text: string): number => {
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError('Expected a port from 0, for any that is free, to 65535.');
  return value;
};

/** What an action returns becomes the exit code. */
const ending =
  <Parameters extends readonly unknown[]>(action: (...parameters: Parameters) => Promise<number>) =>
  async (...parameters: Parameters): Promise<void> => {
    process.exitCode = await action(...parameters);
  };

const onServer = (command: Command): Command =>
  command
    .option('--address <host:port>', 'Temporal server', process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233')
    .option('--namespace <name>', 'Temporal namespace', process.env.TEMPORAL_NAMESPACE ?? 'default')
    .option('--task-queue <name>', 'queue of the workers', 'kamachiq');

const withArtifacts = (command: Command): Command => command.option('--artifacts <folder>', 'where contents are kept', '.kamachiq/artifacts');

program
  .command('demo')
  .description('carry out a spec on a server and worker of its own, and show it live')
  .option('--project-spec <file>', 'YAML or JSON', fileURLToPath(new URL('./simple_cli.yaml', import.meta.url)))
  .option('--seed <number>', 'seed of every model call', wholeNumber, 0)
  .option('--output <folder>', 'where the results go', 'kamachiq-output')
  .option('--keep', 'leave the server and its Web UI up until Ctrl-C', false)
  .option('--json', 'print nothing but one last line of JSON', false)
  .action(ending(demo));

program
  .command('dev')
  .description('run a Temporal dev server with its Web UI')
  .option('--port <number>', 'port of the server; 0 for any', port, 7233)
  .option('--ui-port <number>', 'port of the Web UI; 0 for any', port, 8233)
  .option('--data <folder>', 'where the history is kept', '.kamachiq')
  .action(ending(dev));

withArtifacts(onServer(program.command('worker').description('carry out projects'))).action(ending(worker));

onServer(program.command('submit').description('start a project and print its id'))
  .requiredOption('--project-spec <file>', 'YAML or JSON')
  .option('--seed <number>', 'seed of every model call', wholeNumber, 0)
  .option('--id <id>', 'id of the project')
  .option('--watch', 'show it until it ends', false)
  .action(ending(submit));

onServer(program.command('status').argument('<id>').description('show where a project stands'))
  .option('--json', 'print one line of JSON', false)
  .action(ending((id: string, options: ServerOptions & { readonly json: boolean }) => status(options, id)));

withArtifacts(onServer(program.command('report').argument('<id>').description('write the files and the report of a finished project')))
  .option('--output <folder>', 'a folder that does not exist yet')
  .action(ending((id: string, options: Parameters<typeof report>[0]) => report(options, id)));

const review = program.command('review').description('decide what machines can’t');
onServer(review.command('list').description('show what waits for a person')).action(ending(listReviews));
for (const decision of ['approve', 'reject'] as const) {
  onServer(review.command(decision).argument('<review>').description(`${decision} what a review shows`))
    .option('--reviewer <name>', 'who decides; the user of this machine by default')
    .option('--comment <text>', 'why')
    .action(ending((id: string, options: Parameters<typeof decideReview>[0]) => decideReview(options, id, decision)));
}

installQuietRuntime();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tellError(error);
}
