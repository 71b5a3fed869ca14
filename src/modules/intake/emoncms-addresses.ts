/** Where devices made for emoncms find us, outside of the API's base path. */
export const emoncmsRoutes = ['input/post', 'input/bulk'];

const theirs = /^(?:\/emoncms)?\/input\/(post|bulk)(?:\.json)?(?:\/([^/?]*))?\/?(?:\?(.*))?$/;

/**
 * The address here of what such a device asks for: emoncms is installed below /emoncms too, older devices add .json, and the
 * node may stand in the path.
 *
 * @example emoncmsAddress('/emoncms/input/post.json/attic?csv=1') → '/input/post?node=attic&csv=1'
 */
export function emoncmsAddress(url: string): string {
  const [, method, node, parameters] = theirs.exec(url) ?? [];
  if (method === undefined) return url;
  const all = [
    ...(node ? [`node=${node.replaceAll('&', '%26').replaceAll('+', '%2B')}`] : []),
    ...(parameters ? [parameters] : []),
  ].join('&');
  return `/input/${method}${all === '' ? '' : `?${all}`}`;
}
