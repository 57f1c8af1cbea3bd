/** Your own activities: anything that talks to the world. */
export async function composeGreeting(name: string): Promise<string> {
  return `Hello, ${name}!`;
}
