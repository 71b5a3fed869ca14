import './app/styles';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { styleNonce } from './app/nonce';
import { browserLocale } from './messages/languages';

// What locks the page behind a drawer writes a style of its own and asks here for the number that lets it.
setNonce(styleNonce());

const place = document.getElementById('app');
// Until a community is known, which may speak another language.
document.documentElement.lang = browserLocale();

if (!place) throw new Error('The page has no place for the app.');
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
