/** Measures and colours of the page. Every colour of text has a contrast of 4.5:1 or more on every ground it stands on. */
export const mm = 72 / 25.4;

export const page = { width: 595.28, height: 841.89, margin: 18 * mm, band: 6 * mm, foot: 13 * mm } as const;
export const left = page.margin;
export const right = page.width - page.margin;
export const across = right - left;
/** Nothing but the band stands above, nothing but the footer below. */
export const top = 12 * mm;
export const bottom = page.height - page.foot - 6 * mm;

export const colour = {
  ink: '#17211d',
  muted: '#4d5a54',
  accent: '#0b5d4b',
  white: '#ffffff',
  tint: '#edf4f1',
  rule: '#c8d3ce',
  mid: '#6fa897',
  light: '#bcd2ca',
  shared: '#dcb777',
  vacant: '#d9d9d4',
  ghost: '#f3f6f5',
} as const;

/** Points. Nothing is smaller than `small`. */
export const size = { body: 9, small: 7.5, table: 8.25, heading: 11.5, name: 13, amount: 27 } as const;
