import type { Client } from '@temporalio/client';
import { InvalidInputError } from '../errors/invalid-input-error.js';
import { KamachiqError } from '../errors/kamachiq-error.js';
import type { ArtifactStore, SweptArtifacts } from '../ports/artifact-store.js';
import { clientError } from './client-error.js';
import { findOldestStart } from './find-oldest-start.js';
import { showOption } from './show-option.js';

/** What is swept, and what is kept. @public */
export interface SweepArtifactsOptions {
  /** Of the namespace whose projects use the store: all of them, for what others use is not known here. */
  readonly client: Client;
  readonly store: ArtifactStore;
  /** Days for which what a project used stays after its end; from 0. */
  readonly keepDays: number;
  /** Every name under which hosts of the namespace export project workflows. @defaultValue `KamachiqProjectWorkflow` */
  readonly workflowTypes?: readonly string[];
  /** Only tells what would be removed. @defaultValue false */
  readonly dryRun?: boolean;
  /** @defaultValue the present */
  readonly now?: Date;
}

/** What a sweep removed, or would remove. @public */
export interface ArtifactSweep extends SweptArtifacts {
  /** Everything put since is kept. */
  readonly before: Date;
  /** How many are open or were closed within the days. */
  readonly projects: number;
}

const DAY = 86_400_000;
/** What the clocks of server, store and workers may differ by. */
const CLOCKS = 3_600_000;

/**
 * Removes what no project uses any more from a store: contents that were last put an hour before the oldest project began that is open or was closed within
 * some days, and at least those days ago. A project puts whatever it uses, so all of it is younger than the project.
 *
 * Whoever still reads what a project made after these days has exported it before. What the server has forgotten, by its own retention, is no project here.
 *
 * @throws InvalidInputError `input.invalid`; KamachiqError `client.store-keeps-all` where the store can't sweep, `client.no-server` and what else a
 * question to the server may meet; ArtifactError `artifact.unwritable`
 *
 * @public
 */
export async function sweepArtifacts(options: SweepArtifactsOptions): Promise<ArtifactSweep> {
  const { client, store, keepDays, workflowTypes: types = ['KamachiqProjectWorkflow'], dryRun = false, now = new Date() } = options;
  requireKeepDays(keepDays);
  if (store.doSweep === undefined) throw keepsAll();
  const since = new Date(now.getTime() - keepDays * DAY);
  const { projects, oldest } = await findOldestStart(client, { types, since }).catch((error: unknown) => {
    throw clientError(error, 'the projects', 'server');
  });
  const before = new Date(Math.min(since.getTime(), oldest?.getTime() ?? Number.POSITIVE_INFINITY) - CLOCKS);
  return { ...(await store.doSweep(before, { dryRun })), before, projects };
}

function requireKeepDays(keepDays: number): void {
  if (Number.isFinite(keepDays) && keepDays >= 0 && keepDays <= MOST_DAYS) return;
  const finding = { code: 'client.invalid-option', path: 'options.keepDays', expected: `a number from 0 to ${MOST_DAYS}`, got: showOption(keepDays) };
  throw new InvalidInputError('what is swept', [finding]);
}

/** A hundred years: beyond it dates end. */
const MOST_DAYS = 36_500;

const keepsAll = () =>
  new KamachiqError({
    code: 'client.store-keeps-all',
    message: 'Expected a store that can be swept, got one that keeps everything.',
    remedy: 'Give the store a doSweep, or use the means that it has itself, such as rules for the age of objects.',
  });
