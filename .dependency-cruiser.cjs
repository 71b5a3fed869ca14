// The two ordered lists of the house (ARCHITECTURE.md). Data flows from left to right; a folder may import
// from its left, never from its right. This file is the only place where the lists are written down for machines.
const domain = [
  'quantity',
  'calendar',
  'metering',
  'tariff',
  'rating',
  'apportionment',
  'invoice',
  'ledger',
  'statement',
  'proof',
];
const modules = [
  'access',
  'audit',
  'community',
  'metering',
  'intake',
  'tariffs',
  'costs',
  'ledger',
  'invoices',
  'advances',
  'billing',
  'statements',
  'delivery',
  'proofs',
  'archive',
  'erasure',
];

/** The rooms of the longest modules: of metering as a reading goes through them, of billing as a run does. */
const rooms = {
  metering: [
    'registers',
    'photos',
    'signatures',
    'readings',
    'consume',
    'loads',
    'meters',
    'validate',
    'estimate',
    'decide',
    'views',
    'balance',
    'health',
    'round',
  ],
  billing: ['run', 'collect', 'share', 'correct', 'store', 'issue', 'views', 'what-if'],
};

/** One rule per folder: it must not import from the folders to its right. */
const leftToRight = (root, list) =>
  list.slice(0, -1).map((name, i) => ({
    name: `${root.replaceAll('/', '-')}-${name}-imports-only-from-its-left`,
    comment: `${list.join(' → ')}`,
    severity: 'error',
    from: { path: `^${root}/${name}/` },
    to: { path: `^${root}/(${list.slice(i + 1).join('|')})/` },
  }));

const only = (name, allowed, target, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(src|migrations|scripts)/', pathNot: allowed },
  to: { path: target },
});
const pkg = (name) => `(^|/)node_modules/${name}/`;

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...leftToRight('src/domain', domain),
    ...leftToRight('src/modules', modules),
    ...Object.entries(rooms).flatMap(([name, list]) => leftToRight(`src/modules/${name}`, list)),
    ...Object.entries(rooms).map(([name, list]) => ({
      name: `room-of-${name}-is-on-the-list`,
      severity: 'error',
      from: { path: `^src/modules/${name}/[^/]+/`, pathNot: `^src/modules/${name}/(${list.join('|')})/` },
      to: {},
    })),
    {
      name: 'domain-folder-is-on-the-list',
      severity: 'error',
      from: { path: '^src/domain/[^/]+/', pathNot: `^src/domain/(${domain.join('|')})/` },
      to: {},
    },
    {
      name: 'module-folder-is-on-the-list',
      severity: 'error',
      from: { path: '^src/modules/[^/]+/', pathNot: `^src/modules/(${modules.join('|')})/` },
      to: {},
    },
    {
      name: 'domain-is-pure',
      comment: 'The domain is arithmetic: data in, data out.',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/(platform|modules|[^/]+\\.ts$)' },
    },
    {
      name: 'domain-uses-no-package',
      comment:
        'decimal.js in quantity/decimal.ts, a Temporal polyfill in calendar/, one group in proof/sum-commitment.ts, hashing from node:crypto.',
      severity: 'error',
      from: {
        path: '^src/domain/',
        pathNot:
          '\\.spec\\.ts$|^src/domain/quantity/decimal\\.ts$|^src/domain/calendar/|^src/domain/proof/sum-commitment\\.ts$',
      },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'core'],
        pathNot: '^(node:)?crypto$',
      },
    },
    {
      name: 'crypto-only-where-the-domain-hashes',
      severity: 'error',
      from: { path: '^src/domain/', pathNot: '\\.spec\\.ts$|^src/domain/proof/|^src/domain/quantity/tie-break\\.ts$' },
      to: { path: '^(node:)?crypto$' },
    },
    only(
      'decimal-js-in-one-file',
      '^src/domain/quantity/decimal\\.ts$',
      pkg('decimal\\.js'),
      'One Decimal, one precision.',
    ),
    {
      name: 'calendar-uses-only-temporal',
      severity: 'error',
      from: { path: '^src/domain/calendar/', pathNot: '\\.spec\\.ts$' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-no-pkg', 'core'],
        pathNot: pkg('temporal-polyfill'),
      },
    },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(modules|[^/]+\\.ts$)' },
    },
    {
      name: 'modules-see-services-and-modules',
      comment: 'Other modules see only its service and its module.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: {
        path: '^src/modules/([^/]+)/',
        pathNot: '^src/modules/($1/|[^/]+/[^/]+\\.(service|module)\\.ts$|[^/]+/[^/]+/[^/]+\\.service\\.ts$)',
      },
    },
    {
      name: 'modules-know-no-process',
      severity: 'error',
      from: { path: '^src/modules/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    only(
      'bullmq-in-workers-and-the-queue',
      '\\.worker\\.ts$|^src/platform/queue/|^src/app\\.module\\.ts$',
      pkg('bullmq'),
      'The queue is a scheduler of attempts, not a place of facts.',
    ),
    only(
      'mqtt-where-the-broker-is-spoken-to',
      '^src/modules/intake/mqtt/|^scripts/bench/|^src/demo/live',
      pkg('mqtt'),
      'When a message is acknowledged is decided in one place. The devices of the demo only publish.',
    ),
    only(
      'pdfkit-where-documents-are-opened',
      '^src/platform/pdf/|^scripts/bench/',
      pkg('pdfkit'),
      'Drawing stays apart from layout.',
    ),
    only('no-tests-in-the-product', '\\.spec\\.ts$', '^test/|\\.spec\\.ts$', 'Production code never imports a test.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
