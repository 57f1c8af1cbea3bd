import type { ProjectEvent, ProjectEventName, ProjectHandle } from 'kamachiq/client';
import { until } from './until.js';

/** Tests do not wait for a second look. */
export const FAST = { intervalMilliseconds: 20 };
const NAMES = ['phase-changed', 'task-started', 'task-settled', 'ended', 'watch-interrupted', 'watch-restored', 'watch-failed'] as const;
/** What matters of an event. */
export const short = (event: ProjectEvent) => ('taskId' in event ? `${event.name} ${event.taskId}` : event.name);

/** What is told of these names from now on, in short. */
export function listen(handle: ProjectHandle, names: readonly ProjectEventName[] = NAMES): readonly string[] {
  const heard: string[] = [];
  for (const name of names) handle.on(name, (event) => heard.push(short(event)));
  handle.watch(FAST);
  return heard;
}

/** Waits until it was told. */
export const has = (heard: readonly string[], line: string) => until(async () => heard.includes(line));
