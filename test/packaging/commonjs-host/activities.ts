/** An activity of the host's own. */
export async function composeGreeting(name: string): Promise<string> {
  return `Hello, ${name}!`;
}
