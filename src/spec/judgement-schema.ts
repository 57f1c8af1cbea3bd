import { z } from 'zod';

/** What a model answers when it is asked to judge: a score from 0 to 10 and why. */
export const judgementSchema = z.strictObject({
  score: z.int().min(0).max(10),
  reason: z.string().min(1).max(1_000),
});
