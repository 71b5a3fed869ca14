// The rooms of the web app, in the order in which they are built upon each other; a room imports from its left, never from its right.
// The pages stand beside each other and know nothing of each other. Of the service the app knows what the generated client says, and nothing else.
const rooms = ['figures', 'auth', 'api', 'messages', 'parts', 'pages', 'app'];
const pages = ['enter', 'treasurer', 'meters', 'member', 'open'];
const pathOf = (room) => (room === 'pages' ? `web/src/(${pages.join('|')})/` : `web/src/${room}/`);

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: { pathNot: '/generated/' }, to: { circular: true } },
    ...rooms.slice(0, -1).map((room, i) => ({
      name: `web-${room}-imports-only-from-its-left`,
      comment: rooms.join(' → '),
      severity: 'error',
      from: { path: `^${pathOf(room)}`, pathNot: '/generated/' },
      to: { path: rooms.slice(i + 1).map((one) => `^${pathOf(one)}`) },
    })),
    {
      name: 'pages-know-no-other-pages',
      severity: 'error',
      from: { path: `^web/src/(${pages.join('|')})/` },
      to: { path: `^web/src/(${pages.join('|')})/`, pathNot: '^web/src/$1/' },
    },
    {
      name: 'web-room-is-on-the-list',
      severity: 'error',
      from: { path: '^web/src/[^/]+/', pathNot: rooms.map((one) => `^${pathOf(one)}`) },
      to: {},
    },
    {
      name: 'web-knows-nothing-of-the-service',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(src|migrations|scripts|test)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
  },
};
