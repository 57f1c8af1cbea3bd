/** Share of what the tasks of a plan are estimated at that is kept for remediation, unless a host says otherwise. @public */
export const DEFAULT_REMEDIATION_RESERVE = 0.1;
