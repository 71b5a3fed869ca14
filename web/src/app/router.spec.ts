import { expect, it } from 'vitest';
import served from '../../routes.json';
import { router } from './router';

it('has the very pages that the service serves: routes.json', () => {
  const pages = Object.values(router.routesById).flatMap(({ fullPath, id }) =>
    id === '__root__' || id === '/inside' ? [] : [fullPath.replaceAll(/\$(\w+)/g, ':$1')],
  );
  expect([...new Set(pages)].toSorted()).toEqual([...served].toSorted());
});
