import type { WorkflowPath } from './path-universe.js';

/** Paths that Temporal allows and our code does not, and why. */
interface ImpossiblePaths {
  /** @defaultValue any */
  readonly workflow?: string;
  readonly state: RegExp;
  readonly outcome: RegExp;
  readonly because: string;
}

const project = 'KamachiqProjectWorkflow';
const task = 'AgentTaskWorkflow';

/** A path of these that a history takes all the same makes the test fail. */
const IMPOSSIBLE_PATHS: readonly ImpossiblePaths[] = [
  {
    state: /^closed: /,
    outcome: /^timed out by the server$/,
    because: 'Nothing starts a run with a limit of the server: projects have a clock of their own.',
  },
  { state: /^child /, outcome: /^timed out$/, because: 'Children are started without a limit of the server.' },
  { state: /^child HumanReviewWorkflow$/, outcome: /^failed$/, because: 'A review fails for nothing, see below.' },
  {
    state: /^activity (accountForAttempt|keepText|finalizeProject|finalizeFromParts|finalizeFromArchives)$/,
    outcome: /^cancelled$/,
    because: 'It is called where no cancellation reaches.',
  },
  {
    state: /^update kamachiq\.(pause|resume|raise-budget|set-concurrency|decide-review|set-pool-slots)$/,
    outcome: /^refused after all$/,
    because: 'It is carried out as it is accepted.',
  },
  { workflow: project, state: /^closed: (planning|executing)$/, outcome: /^(approved|rejected)$/, because: 'Only reviews say so.' },
  { workflow: project, state: /^closed: reviewing$/, outcome: /^rejected$/, because: 'Machines reject nothing for good: a person is asked.' },
  {
    workflow: project,
    state: /^closed: (planning|reviewing|waiting-for-person)$/,
    outcome: /^budget-exhausted$/,
    because: 'Only tasks that could not go on say so.',
  },
  {
    workflow: project,
    state: /^closed: waiting-for-person$/,
    outcome: /^(failed|timed-out)$/,
    because: 'A review without a decision counts as a rejection, and the clock stands still.',
  },
  {
    workflow: project,
    state: /^closed: (planning|reviewing|waiting-for-person)$/,
    outcome: /^continued as new$/,
    because: 'It goes on in another run only while its tasks are carried out.',
  },
  { workflow: task, state: /^closed: (working|waiting-for-tokens)$/, outcome: /^succeeded$/, because: 'Nothing succeeds without a review.' },
  { workflow: task, state: /^closed: evaluating$/, outcome: /^did not succeed$/, because: 'What was made goes to a person before it is given up.' },
  {
    workflow: 'HumanReviewWorkflow',
    state: /^closed: /,
    outcome: /^broke off$/,
    because: 'A review ends with a decision or its cancellation: what is no decision is refused.',
  },
];

/** Whether a path is none that our code can take. */
export const isImpossible = (path: WorkflowPath): boolean =>
  IMPOSSIBLE_PATHS.some(
    ({ workflow, state, outcome }) => (workflow ?? path.workflow) === path.workflow && state.test(path.state) && outcome.test(path.outcome),
  );
