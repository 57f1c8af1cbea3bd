import { randomBytes } from 'node:crypto';

/** A workflow id that people can read: the name in lower case and eight random characters. */
export function createProjectId(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${words === '' ? 'project' : words}-${randomBytes(4).toString('hex')}`;
}
