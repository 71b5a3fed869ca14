import tseslint from 'typescript-eslint';

// Decimals never touch a float (ADR 0005): the calls by which they would are refused by name.
const floats = [
  { selector: "CallExpression[callee.name='parseFloat']", message: 'Decimals never touch a float: use decimal().' },
  { selector: "CallExpression[callee.property.name='toNumber']", message: 'Decimals never touch a float.' },
  {
    selector: "CallExpression[callee.property.name='toFixed'][callee.object.callee.name='Number']",
    message: 'Decimals never touch a float.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='round']",
    message: 'Name the rounding: roundToCoin().',
  },
];
const processEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'platform/config.ts is the only reader of process.env.',
};
const clock = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'The clock is passed as an argument.' },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'The clock is passed as an argument.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'The domain has no luck.',
  },
];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'web/',
      '.commonmeter/',
      '.mutation/',
      '**/*.cjs',
      '**/*.mjs',
      'eslint.config.js',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  { files: ['src/**/*.ts', 'migrations/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...floats, processEnv] } },
  { files: ['src/domain/**/*.ts'], rules: { 'no-restricted-syntax': ['error', ...floats, processEnv, ...clock] } },
  { files: ['src/platform/config.ts'], rules: { 'no-restricted-syntax': ['error', ...floats] } },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      'max-lines': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
