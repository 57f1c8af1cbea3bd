/** Name of a colour of reports and pictures. @internal */
export type ColourName = keyof typeof LIGHT;

/** Colours on a light page. @internal */
export const LIGHT = {
  page: '#fafaf8',
  surface: '#fff',
  ink: '#191b1f',
  muted: '#5d626b',
  faint: '#8a8f98',
  line: '#e4e4e0',
  soft: '#f1f1ee',
  good: '#18794a',
  bad: '#c0342b',
  warn: '#8f5f00',
  info: '#2459b8',
  idle: '#666b74',
  planning: '#9db4e8',
  tasks: '#4a6fd0',
  review: '#c79a3b',
  other: '#a9aeb6',
  model: '#5d45b8',
  template: '#2f6672',
} as const;

/** Colours on a dark page. @internal */
export const DARK: Readonly<Record<ColourName, string>> = {
  page: '#101214',
  surface: '#16191c',
  ink: '#e9eaec',
  muted: '#a0a6af',
  faint: '#767c85',
  line: '#2a2e33',
  soft: '#1e2226',
  good: '#4fc98b',
  bad: '#ff8176',
  warn: '#e5b455',
  info: '#7caeff',
  idle: '#9aa0a9',
  planning: '#41557f',
  tasks: '#6f94f0',
  review: '#c79a3b',
  other: '#5b616a',
  model: '#b4a2ff',
  template: '#86bccb',
};

/** The colours as custom properties of a style sheet. @internal */
export const declareColours = (colours: Readonly<Record<ColourName, string>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
