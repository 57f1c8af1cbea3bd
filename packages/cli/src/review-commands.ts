import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { exportFiles, readManifest } from 'kamachiq/client';
import { FilesystemArtifactStore, type ManifestFile } from 'kamachiq/worker';
import type { HumanReview } from 'kamachiq/workflow';
import { askForBudgetRequests } from './budget-requests.js';
import { ask, type ServerOptions } from './connect.js';
import { describeOrigin } from './describe-origin.js';
import { drawBudgetRequests } from './draw-budget-requests.js';
import { plainText } from './plain-text.js';
import { inPreparedFolder } from './prepare-folder.js';
import { shownPath } from './shown-path.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Characters shown of an id: as many as one can have. */
const LONGEST_ID = 1_000;

/** `kamachiq review list`: what waits for a person, be it a decision or a larger budget. */
export async function listReviews(options: ServerOptions): Promise<number> {
  // Beside each other: where no worker answers, each takes all the time that there is.
  const { queue, budgets } = await ask(options, async (client, temporal) => {
    const asked = askForBudgetRequests(client, temporal, options.taskQueue);
    // What the server itself refuses, the reviews meet too, and tell in words.
    asked.catch(() => undefined);
    return { queue: await client.reviews(), budgets: await asked };
  });
  const { reviews, unanswered } = queue;
  const nothing = [reviews, unanswered, budgets.requests, budgets.unanswered].every(({ length }) => length === 0);
  if (nothing && !budgets.more) say('Nothing waits for a person.');
  for (const review of reviews) {
    say(plainText(review.reviewId, LONGEST_ID));
    say(`  ${describeSubject(review)}, since ${plainText(review.requestedAt, 40)}: ${plainText(review.reason, 200)} ${describeScore(review)}`);
    for (const finding of review.findings) say(`  - ${plainText(finding, 300)}`);
    say(`  manifest ${plainText(review.manifest.sha256, 64)}`);
  }
  for (const { reviewId, error } of unanswered) {
    say(plainText(reviewId, LONGEST_ID));
    say(`  waits too, but what it shows is not known: ${plainText(error.message, 500)}`);
  }
  for (const line of drawBudgetRequests(budgets)) say(line);
  // The list is not whole: scripts must see that, and people what to do.
  const [missing] = [...unanswered, ...budgets.unanswered];
  if (missing !== undefined) throw missing.error;
  return 0;
}

/** `kamachiq review show`: everything that a person decides on, and with `--output` the files themselves. */
export async function showReview(
  options: ServerOptions & { readonly artifacts: string; readonly output?: string },
  reviewId: string,
): Promise<number> {
  const review = await ask(options, (client) => client.review(reviewId));
  const { reason, findings, manifest, decision } = review;
  say(plainText(review.reviewId, LONGEST_ID));
  say(`  ${describeSubject(review)}, since ${plainText(review.requestedAt, 40)}, rejected by itself ${review.timeoutMinutes} minutes later`);
  say(`  ${plainText(reason, 2_000)} ${describeScore(review)}`);
  for (const finding of findings) say(`  - ${plainText(finding, 2_000)}`);
  say(`  manifest ${plainText(manifest.sha256, 64)}`);
  if (decision !== null) say(`  decided: ${describeDecision(decision)}${decision.comment === '' ? '' : `: ${plainText(decision.comment, 2_000)}`}`);

  const artifacts = new FilesystemArtifactStore(resolve(options.artifacts));
  const files = await readManifest(manifest, artifacts);
  say('');
  say(files.length === 0 ? 'no files' : 'files');
  for (const line of describeFiles(files)) say(line);
  if (options.output !== undefined) {
    const folder = resolve(options.output);
    await inPreparedFolder(dirname(folder), () => exportFiles(manifest, artifacts, folder));
    say(`\nwritten to ${shownPath(folder)}`);
  }
  if (decision === null) say(`\nkamachiq review approve ${plainText(review.reviewId, LONGEST_ID)} --manifest ${manifest.sha256}`);
  return 0;
}

/** `kamachiq review approve` and `reject`. */
export async function decideReview(
  options: ServerOptions & { readonly reviewer?: string; readonly comment?: string; readonly manifest?: string },
  reviewId: string,
  decision: 'approve' | 'reject',
): Promise<number> {
  const { reviewer = userInfo().username, comment = '', manifest } = options;
  const word = { decision, reviewer, comment, ...(manifest === undefined ? {} : { manifestSha256: manifest }) };
  const decided = await ask(options, (client) => client.decide(reviewId, word));
  say(describeDecision(decided));
  return 0;
}

const describeSubject = ({ subject, projectId }: HumanReview): string => {
  const project = plainText(projectId, LONGEST_ID);
  return subject.kind === 'task' ? `task ${plainText(subject.taskId, 100)} of ${project}` : `project ${project}`;
};

const describeScore = ({ score, threshold }: HumanReview): string =>
  `Score ${score === null ? 'none' : score.toFixed(2)}, needed more than ${threshold}.`;

const describeDecision = ({ decision, reviewer, decidedAt }: NonNullable<HumanReview['decision']>): string =>
  `${decision} by ${plainText(reviewer, 80) || 'nobody'} at ${plainText(decidedAt, 40)}`;

function describeFiles(files: readonly ManifestFile[]): readonly string[] {
  const path = Math.max(0, ...files.map((file) => plainText(file.path, 200).length));
  const size = Math.max(0, ...files.map(({ content }) => `${content.bytes}`.length));
  return files.map(
    (file) => `  ${plainText(file.path, 200).padEnd(path)}  ${`${file.content.bytes}`.padStart(size)} bytes  ${describeOrigin(file.madeBy)}`,
  );
}
