/** Stands at the head of every document and every generated report. @public */
export const MOTTO = 'WE DO NOT MOCK. Real servers, real models, real data, real maths. No bypass, no faked value to pass a test.';
