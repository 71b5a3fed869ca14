import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The green of the printed statement; the ninth stands on white with a contrast of 7.4 : 1. */
const house: MantineColorsTuple = [
  '#e8f5f1',
  '#d3e9e2',
  '#a6d3c5',
  '#76bca6',
  '#50a98c',
  '#389d7c',
  '#2a8a6b',
  '#17735a',
  '#0b5d4b',
  '#064a3b',
];

export const theme = createTheme({
  primaryColor: 'house',
  primaryShade: { light: 8, dark: 7 },
  colors: { house },
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Table: { defaultProps: { verticalSpacing: 'xs' } },
    Paper: { defaultProps: { withBorder: true, p: 'md' } },
    Anchor: { defaultProps: { underline: 'always' } },
    Button: { defaultProps: { mih: 40 } },
  },
});

/** Dimmed text and links that are read as easily as the rest. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-anchor': '#0b5d4b',
    '--mantine-color-placeholder': '#5c636a',
  },
  dark: {
    '--mantine-color-dimmed': '#b8bfbc',
    '--mantine-color-anchor': '#7fd1ba',
    '--mantine-color-placeholder': '#a5acaa',
  },
});
