import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Decimals never touch a float here either (ADR 0005). What is drawn needs numbers for its pixels; those come from two files.
const floats = [
  { selector: "CallExpression[callee.name='parseFloat']", message: 'Decimals stay texts: figures/exact.ts adds them.' },
  { selector: "CallExpression[callee.name='Number']", message: 'Decimals stay texts: figures/exact.ts adds them.' },
  { selector: "CallExpression[callee.property.name='toFixed']", message: 'Decimals stay texts; Intl writes them.' },
  { selector: "CallExpression[callee.property.name='toLocaleString']", message: 'Write figures with useFigures().' },
];
/** What is kept in the browser beyond a tab is read by whoever comes next. */
const keeping = [
  {
    selector: "Identifier[name='localStorage']",
    message: 'Nothing is kept in localStorage but in parts/single-keys.ts; a session is in auth/session.ts.',
  },
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '**/generated/',
      '**/screenshots/',
      '**/*.mjs',
      '**/*.cjs',
      '**/eslint.config.js',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/only-throw-error': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...floats, ...keeping],
    },
  },
  {
    files: ['**/figures/exact.ts', '**/figures/pixels.ts', '**/test/**', '**/*.spec.ts', '**/*.spec.tsx'],
    rules: { 'no-restricted-syntax': ['error', ...keeping] },
  },
  { files: ['**/parts/single-keys.ts'], rules: { 'no-restricted-syntax': ['error', ...floats] } },
  { files: ['**/test/**'], rules: { 'no-restricted-syntax': 'off' } },
);
