import { existsSync } from 'node:fs';

/** Debian's Chromium, or what stands in its place. */
export const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

export const noBrowser =
  'No Chromium is found: the pages of the web app are NOT tried here. Debian: apt install chromium.';
