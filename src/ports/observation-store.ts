import type { TaskObservation } from '../planning/estimates/task-observation.js';

/**
 * Port to what finished projects taught about the cost of their tasks. Written when a project ends, read where a later one is estimated.
 *
 * A store keeps the newest and may forget the oldest; estimates rest on the last few hundred of a kind.
 *
 * @public
 */
export interface ObservationStore {
  readonly specificationVersion: 1;

  /**
   * Keeps what one project taught. What is known of it already is not changed, by this worker or another: a repeat adds what an append that was cut short left
   * out.
   *
   * @throws KamachiqError `observations.unwritable`
   */
  doAppend(projectId: string, observations: readonly TaskObservation[]): Promise<void>;

  /**
   * The newest observations that fit, oldest first; none where nothing is known.
   *
   * @throws KamachiqError `observations.unreadable`
   */
  doRead(query: ObservationQuery): Promise<readonly TaskObservation[]>;
}

/** Which observations are asked for. @public */
export interface ObservationQuery {
  /** Name and version. Example: `python-function/1`. */
  readonly template: string;
  /** @defaultValue every persona */
  readonly persona?: string;
  /** @defaultValue every model */
  readonly model?: string;
  /** Most that are answered, at least 1. */
  readonly limit: number;
}
