import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { cancel, dev, report, status, submit, worker } from './commands.js';
import type { ServerOptions } from './connect.js';
import { type OrderCommandOptions, orderProject } from './control-commands.js';
import { demo } from './demo.js';
import { endWithReader } from './end-with-reader.js';
import { estimate } from './estimate-command.js';
import { GRAPH_FORMATS, graph } from './graph-command.js';
import { installQuietRuntime } from './quiet-runtime.js';
import { decideReview, listReviews, showReview } from './review-commands.js';
import { revise } from './revise-command.js';
import { sweep } from './sweep-command.js';
import { tellError } from './tell-error.js';
import { usageError } from './usage-error.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string };

const program = new Command('kamachiq')
  .description('Autonomous multi-agent project execution on Temporal.')
  .version(version, '--version', 'print the version')
  // What is wrong with a command line is told below, like every other error.
  .configureOutput({ outputError: () => undefined })
  .exitOverride();

const wholeNumberFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least || text.trim() === '') {
      throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`);
    }
    return value;
  };

const wholeNumber = wholeNumberFrom(0);

const within =
  (least: number, most: number, expected: string) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least && value <= most && text.trim() !== '') return value;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };

const port = within(0, 65_535, 'a port from 0, for any that is free, to 65535');

const dollars = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0 || text.trim() === '') throw new InvalidArgumentError('Expected an amount of at least 0.');
  if (value > 0 && value < 1e-6) throw new InvalidArgumentError('Expected at least a millionth of a dollar, or 0.');
  return value;
};

/** An empty variable of a shell script must not become the folder one stands in. */
const filled = (text: string): string => {
  if (text.trim() === '') throw new InvalidArgumentError('Expected a text that is not empty.');
  return text;
};

/** Agents at once, as a project's policy allows them. */
const MOST_SLOTS = 10;
const slots = within(1, MOST_SLOTS, `a whole number from 1 to ${MOST_SLOTS}`);

const sha256 = (text: string): string => {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) throw new InvalidArgumentError('Expected 64 hexadecimal digits, as `kamachiq review show` prints them.');
  return text.toLowerCase();
};

/** What an action returns becomes the exit code. */
const ending =
  <Parameters extends readonly unknown[]>(action: (...parameters: Parameters) => Promise<number>) =>
  async (...parameters: Parameters): Promise<void> => {
    process.exitCode = await action(...parameters);
  };

/** On a server: what is found there by its id, wherever its workers are. The queue that others need is taken, and shown in no help. */
const onServer = (command: Command): Command =>
  atAddress(command).addOption(new Option('--task-queue <name>', 'queue of the workers').argParser(filled).default('kamachiq').hideHelp());

/** On a server, and there on the queue of some workers. */
const onQueue = (command: Command): Command => atAddress(command).option('--task-queue <name>', 'queue of the workers', filled, 'kamachiq');

const atAddress = (command: Command): Command =>
  command
    .option('--address <host:port>', 'Temporal server', process.env.TEMPORAL_ADDRESS || '127.0.0.1:7233')
    .option('--namespace <name>', 'Temporal namespace', filled, process.env.TEMPORAL_NAMESPACE || 'default');

const withId = (command: Command): Command => command.argument('<id>', 'of the project', filled);

const withArtifacts = (command: Command): Command => command.option('--artifacts <folder>', 'where contents are kept', filled, '.kamachiq/artifacts');

/** Where a worker of this command line gets its model from. */
const MODEL_VARIABLES = `
Environment:
  KAMACHIQ_MODEL_FILE     a model in GGUF form; by default the one that \`npm run setup\` in a clone has put into the cache
  OPENAI_BASE_URL         a server that speaks the OpenAI chat protocol, in its place
  OPENAI_API_KEY          where that server asks for one
  KAMACHIQ_MODEL          name of the model on that server
  KAMACHIQ_INPUT_PRICE    dollars for a million tokens of prompts of that model
  KAMACHIQ_OUTPUT_PRICE   dollars for a million tokens of its answers; without both, budget_dollars of a spec limits nothing`;

program
  .command('demo')
  .description('carry out a spec on a server and worker of its own, and show it live')
  .option('--project-spec <file>', 'YAML or JSON', filled, fileURLToPath(new URL('./simple_cli.yaml', import.meta.url)))
  .option('--seed <number>', 'seed of every model call', wholeNumber, 0)
  .option('--output <folder>', 'where the results go', filled, 'kamachiq-output')
  .option('--keep', 'leave the server and its Web UI up until Ctrl-C', false)
  .option('--json', 'print nothing but one last line of JSON', false)
  .addHelpText('after', MODEL_VARIABLES)
  .action(ending(demo));

program
  .command('dev')
  .description('run a Temporal dev server with its Web UI')
  .option('--port <number>', 'port of the server; 0 for any', port, 7233)
  .option('--ui-port <number>', 'port of the Web UI; 0 for any', port, 8233)
  .option('--data <folder>', 'where the history is kept', filled, '.kamachiq')
  .action(ending(dev));

withArtifacts(onQueue(program.command('worker').description('carry out projects')))
  .addHelpText('after', MODEL_VARIABLES)
  .action(ending(worker));

onQueue(program.command('submit').description('start a project and print its id'))
  .requiredOption('--project-spec <file>', 'YAML or JSON (required)', filled)
  .option('--seed <number>', 'seed of every model call', wholeNumber, 0)
  .option('--id <id>', 'id of the project')
  .option('--watch', 'show it until it ends', false)
  .action(ending(submit));

onServer(withId(program.command('status')).description('show where a project stands'))
  .option('--json', 'print one line of JSON', false)
  .action(ending((id: string, options: ServerOptions & { readonly json: boolean }) => status(options, id)));

onServer(withId(program.command('revise')).description('change the plan of a project while its tasks are carried out'))
  .requiredOption('--patch <file>', 'tasks to add, replace and drop, YAML or JSON (required)', filled)
  .requiredOption('--reason <text>', 'why; shown in the report (required)', filled)
  .option('--update-id <id>', 'of a change that was asked for before: tells what became of it', filled)
  .action(ending((id: string, options: Parameters<typeof revise>[0]) => revise(options, id)));

const order = (name: string, description: string): Command => onServer(withId(program.command(name)).description(description));
const withReason = (command: Command): Command =>
  command
    .requiredOption('--reason <text>', 'why; shown in the report (required)', filled)
    .option('--update-id <id>', 'of an order that was given before: tells what became of it, and does nothing twice', filled)
    .option('--json', 'print one line of JSON', false);

withReason(order('pause', 'start no further task and no further attempt; what is at work goes on')).action(
  ending((id: string, options: OrderCommandOptions) => orderProject(options, id, (project, given) => project.pause(given))),
);
withReason(order('resume', 'go on after a pause')).action(
  ending((id: string, options: OrderCommandOptions) => orderProject(options, id, (project, given) => project.resume(given))),
);
withReason(order('cancel-task', 'cancel a task that is not settled').argument('<task>', 'its id in the plan', filled)).action(
  ending((id: string, task: string, options: OrderCommandOptions) => orderProject(options, id, (project, given) => project.cancelTask(task, given))),
);
withReason(order('retry-task', 'give a task that failed or was cancelled another start').argument('<task>', 'its id in the plan', filled)).action(
  ending((id: string, task: string, options: OrderCommandOptions) => orderProject(options, id, (project, given) => project.retryTask(task, given))),
);
withReason(order('raise-budget', 'add to what a project may spend'))
  .option('--tokens <number>', 'tokens to add', wholeNumber, 0)
  .option('--dollars <number>', 'dollars to add', dollars, 0)
  .action(
    ending((id: string, options: OrderCommandOptions & { readonly tokens: number; readonly dollars: number }, command: Command) => {
      if (options.tokens === 0 && options.dollars === 0) command.error('expected --tokens or --dollars to add, got neither');
      return orderProject(options, id, (project, given) => project.raiseBudget(options, given));
    }),
  );
withReason(order('set-concurrency', 'change how many agents may be at work at once').argument('<number>', 'from 1', wholeNumberFrom(1))).action(
  ending((id: string, slots: number, options: OrderCommandOptions) =>
    orderProject(options, id, (project, given) => project.setConcurrency(slots, given)),
  ),
);

onServer(withId(program.command('cancel').description('end a project; its agents are stopped, and it still writes its report'))).action(
  ending((id: string, options: ServerOptions) => cancel(options, id)),
);

withArtifacts(onServer(withId(program.command('report')).description('write the files and the report of a finished project')))
  .option('--output <folder>', 'a folder that does not exist yet', filled)
  .action(ending((id: string, options: Parameters<typeof report>[0]) => report(options, id)));

program
  .command('graph')
  .argument('<file>', 'a spec with tasks or functions, a plan, or the report.json of a project')
  .description('draw a task graph, and say what keeps a plan from running')
  .addOption(new Option('--format <format>', 'what to write').choices(GRAPH_FORMATS).default('svg'))
  .option('--output <file>', 'where to write it, instead of standard output', filled)
  .action(ending((file: string, options: Parameters<typeof graph>[0]) => graph(options, file)));

withArtifacts(program.command('estimate').argument('<spec>').description('tell what a spec will cost, by what finished projects did cost'))
  .option('--slots <number>', 'agents at work at once', slots, MOST_SLOTS)
  .option('--model <id>', 'model that is to work; by default the one that worked last')
  .option('--json', 'print one line of JSON', false)
  .action(ending((file: string, options: Parameters<typeof estimate>[0]) => estimate(options, file)));

const artifacts = program.command('artifacts').description('keep the folder of contents small');
withArtifacts(onServer(artifacts.command('sweep').description('remove, for good, contents that no project uses any more')))
  .requiredOption(
    '--keep-days <number>',
    'days for which what a project used stays after its end (required)',
    within(0, 36_500, 'a whole number of days'),
  )
  .option('--workflow-type <names...>', 'every name under which hosts of the namespace start projects', ['KamachiqProjectWorkflow'])
  .option('--dry-run', 'only tell what would be removed', false)
  .action(ending(sweep));

const review = program.command('review').description('decide what machines can’t');
onQueue(review.command('list').description('show what waits for a person')).action(ending(listReviews));
withArtifacts(onServer(review.command('show').argument('<review>').description('show what a person decides on, and who made which file')))
  .option('--output <folder>', 'write the files under review into a folder that does not exist yet', filled)
  .action(ending((id: string, options: Parameters<typeof showReview>[0]) => showReview(options, id)));
for (const decision of ['approve', 'reject'] as const) {
  onServer(review.command(decision).argument('<review>').description(`${decision} what a review shows`))
    .option('--reviewer <name>', 'who decides; the user of this machine by default', filled)
    .option('--comment <text>', 'why')
    .option('--manifest <sha256>', 'what the reviewer looked at; refused when something else waits by now', sha256)
    .action(ending((id: string, options: Parameters<typeof decideReview>[0]) => decideReview(options, id, decision)));
}

/** The command that the words name, as far as they name one. */
function commandOf(words: readonly string[]): string {
  let command = program;
  let path = command.name();
  for (const word of words) {
    const next = command.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) break;
    command = next;
    path += ` ${word}`;
  }
  return path;
}

/** Help that was asked for is no error; a command that is left out is, though its help has been printed. */
function tellCommanderError({ code, message, exitCode }: CommanderError): number {
  if (exitCode === 0) return 0;
  const path = commandOf(process.argv.slice(2));
  const wrong = code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  return tellError(usageError('usage', `${path}: ${wrong.replace(/\.$/, '')}.`, `\`${path} --help\` says what it takes.`));
}

endWithReader();
installQuietRuntime();
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? tellCommanderError(error) : tellError(error);
}
