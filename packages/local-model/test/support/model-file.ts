/** The embedded model's file; set-up names it in the environment. */
export function modelFile(): string {
  const file = process.env.KAMACHIQ_MODEL_FILE;
  if (file === undefined) throw new Error('KAMACHIQ_MODEL_FILE names no model: start the tests with npm test, which sets it.');
  return file;
}
