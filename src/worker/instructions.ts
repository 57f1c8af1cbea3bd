import type { Persona } from '../agents/persona.js';
import type { ProjectSpec } from '../planning/project-spec.js';

/** What every agent of a project is told before its task. */
export function describeProject(persona: Persona | null, { goals, constraints, context }: ProjectSpec): string {
  const sections = [
    persona?.instructions ?? '',
    `The project's goals:\n${bullets(goals)}`,
    constraints.length === 0 ? '' : `Constraints:\n${bullets(constraints)}`,
    context === '' ? '' : `Context:\n${context}`,
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');
