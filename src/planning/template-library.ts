import { KamachiqError } from '../errors/kamachiq-error.js';
import { freeFormTemplate } from './free-form-template.js';
import type { ProjectTemplate } from './project-template.js';
import type { TaskTemplate } from './task-template.js';

/** Templates by name: what plans may refer to. Holds the free-form template for tasks that name none. @public */
export class TemplateLibrary {
  readonly projects: readonly ProjectTemplate[];
  readonly #tasks = new Map<string, TaskTemplate>();

  /** @throws KamachiqError `template.duplicate-name` */
  constructor({ tasks = [], projects = [] }: { readonly tasks?: readonly TaskTemplate[]; readonly projects?: readonly ProjectTemplate[] }) {
    for (const template of [freeFormTemplate, ...tasks]) {
      if (this.#tasks.has(template.name)) {
        throw new KamachiqError({
          code: 'template.duplicate-name',
          message: `Expected templates of different names, got ${template.name} twice.`,
          remedy: 'Register one of them, or rename one.',
        });
      }
      this.#tasks.set(template.name, template);
    }
    this.projects = projects;
  }

  /** The template of a task, the free-form one where it names none, or null where nobody knows it. */
  find(name: string = freeFormTemplate.name): TaskTemplate | null {
    return this.#tasks.get(name) ?? null;
  }

  /** The project template of that name, or null. */
  findProject(name: string | null): ProjectTemplate | null {
    return this.projects.find((template) => template.name === name) ?? null;
  }
}
