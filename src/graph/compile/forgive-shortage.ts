import type { GraphFinding } from '../graph-finding.js';
import { type NeededResources, SHORTAGES } from './resource-findings.js';

/** Makes a warning of a shortage that a change of a plan makes no worse: a project that runs late may do with less. */
export function forgiveShortage(found: GraphFinding, needed: NeededResources, neededBefore: NeededResources): GraphFinding {
  const resource = SHORTAGES[found.code];
  return resource !== undefined && needed[resource] <= neededBefore[resource] ? { ...found, severity: 'warning' } : found;
}
