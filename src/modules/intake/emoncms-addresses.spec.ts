import { emoncmsAddress } from './emoncms-addresses.js';

describe('an address of emoncms', () => {
  it.each([
    ['/input/post?node=attic&csv=1', '/input/post?node=attic&csv=1'],
    ['/input/post.json?csv=1', '/input/post?csv=1'],
    ['/emoncms/input/post?csv=1', '/input/post?csv=1'],
    ['/emoncms/input/bulk.json', '/input/bulk'],
    ['/input/bulk.json?', '/input/bulk'],
    ['/input/post/attic', '/input/post?node=attic'],
    ['/emoncms/input/post.json/my%20attic?csv=1', '/input/post?node=my%20attic&csv=1'],
  ])('%s is %s here', (theirs, ours) => {
    expect(emoncmsAddress(theirs)).toBe(ours);
  });

  it.each([
    '/',
    '/api/v1/readings?x=/input/post',
    '/input/list',
    '/input/posts',
    '/emoncms/',
    '/input/post/a/b',
    '/x/input/post',
  ])('is none of ours for %s, which stays as it is', (url) => {
    expect(emoncmsAddress(url)).toBe(url);
  });
});
