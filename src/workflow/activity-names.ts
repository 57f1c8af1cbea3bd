import type { KamachiqActivities } from './activity-types.js';

/** Stands before every activity's name, so that a host's own can't collide. @public */
export const ACTIVITY_PREFIX = 'kamachiq.';

/** Our activities under the names a worker registers. @public */
export type RegisteredActivities = { readonly [Name in keyof KamachiqActivities as `kamachiq.${Name}`]: KamachiqActivities[Name] };
