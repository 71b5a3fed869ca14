import { DomainError } from '../../domain/errors.js';
import { isCurrency } from '../../domain/quantity/money.js';
import { longDate, money, spanName } from '../../domain/statement/format.js';
import type { PlainPage, PlainPages } from '../../platform/http/web-app.js';
import type { Verified } from './invoices.schema.js';
import type { InvoicesService } from './invoices.service.js';

/*
 * What was issued under a code, as a page that needs no script: for whoever types the address from the paper into whatever browser there is. The web
 * app, where it runs, puts its own page in the place of this one, with the same figures.
 */

const title = 'Is this document ours?';

/** The page of a code. Whatever goes wrong says nothing of why, and codes that do not exist are not asked for without end. */
export const codePages =
  (invoices: InvoicesService): PlainPages =>
  async (code, address) => {
    if (code === null) return page(200, '', '');
    try {
      return page(200, code, issued(await invoices.verify(code, address)));
    } catch (error) {
      return refused(code, error);
    }
  };

function refused(code: string, error: unknown): PlainPage {
  const known = error instanceof DomainError ? error : null;
  if (known?.code === 'not-found')
    return page(
      404,
      code,
      note(
        'Nothing was issued under this code',
        'Look whether it is typed as it is printed. If it is, the paper is not ours.',
      ),
    );
  if (known?.code === 'too-many-attempts') {
    const seconds = String(known.facts['retryAfterSeconds'] ?? 60);
    const says = `Too many codes that do not exist were asked for from your address; try again in ${seconds} seconds.`;
    return { ...page(429, code, note('Not now', says)), headers: { 'retry-after': seconds } };
  }
  return page(500, code, note('It cannot be told at the moment', 'Try again in a while.'));
}

const page = (status: number, code: string, found: string): PlainPage => ({
  status,
  title,
  style,
  main: `<main class="paper-code">
<h1>${title}</h1>
<p>Every document carries a code. Type it in, and compare what we issued under it with the paper.</p>
<form action="/verify" method="get">
<label for="code">Code</label>
<input id="code" name="code" value="${escaped(code)}" placeholder="XXXX-XXXX-XXXX" maxlength="40" autocomplete="off" spellcheck="false" required>
<button>Look up</button>
</form>
${found}</main>`,
});

const note = (heading: string, says: string): string =>
  `<section class="unknown" role="alert"><h2>${escaped(heading)}</h2><p>${escaped(says)}</p></section>\n`;

function issued(found: Verified): string {
  const { code, number, issuedOn, gross, currency, sha256, state } = found;
  const facts: readonly (readonly [string, string])[] = [
    ['Code', code],
    ['Number', number],
    ['Period', spanName(found.period.from, found.period.to)],
    ['Total', isCurrency(currency) ? money(gross, currency) : `${gross} ${currency}`],
    ['Issued on', longDate(issuedOn)],
    ['SHA-256', sha256],
  ];
  return `<section class="${state}">
<h2>${state === 'credited' ? 'Issued by us, and taken back since' : 'Issued by us, and still good'}</h2>
<dl>
${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`).join('\n')}
</dl>
</section>
<section>
<h2>What to do with it</h2>
<ol>
<li>Compare number, period and total with the paper: they are the same, or the paper is not ours.</li>
<li>To see that the whole of it is right, and not only that we issued it, give the PDF to <code>verify.html</code> or <code>commonmeter verify</code>,
on your own machine and without a network. They compute every line again and check every signature.</li>
<li>Give them the key that you were given when you joined, or that stands on the notice board: then you need not believe this page either.</li>
</ol>
<p class="links"><a href="/api/v1/verify/${encodeURIComponent(code)}">The same as data</a>
<a href="/api/v1/invoices/${encodeURIComponent(number)}/bundle">The signed proof (JSON), for its member when logged in</a></p>
</section>
`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Colours are its own, because those of the app come with its script. */
const style = `.paper-code{--page:#fff;--ink:#17201d;--faint:#55605b;--line:#87918c;--link:#0b5d4b;--good:#0b7d5f;--bad:#c62828}
body:has(.paper-code){margin:0;background:#fff}
@media screen and (prefers-color-scheme:dark){.paper-code{--page:#14191b;--ink:#e9eeec;--faint:#a9b4af;--line:#78837e;--link:#7fd8c0;--good:#4fc3a1;--bad:#ff8a80}
body:has(.paper-code){background:#14191b}}
.paper-code{max-width:40rem;margin:0 auto;padding:1.5rem 1rem 3rem;font:1.0625rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page)}
.paper-code h1{font-size:1.7rem;line-height:1.2;margin:0 0 .75rem}
.paper-code h2{font-size:1.2rem;line-height:1.3;margin:0 0 .75rem}
.paper-code p{margin:0 0 .75rem}
.paper-code form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:1.25rem 0}
.paper-code label{flex-basis:100%;font-weight:600}
.paper-code input,.paper-code button{font:inherit;min-height:2.75rem;padding:.25rem .75rem;border-radius:.5rem;box-sizing:border-box}
.paper-code input{flex:1 1 12rem;min-width:0;border:1px solid var(--line);background:var(--page);color:var(--ink)}
.paper-code input::placeholder{color:var(--faint);opacity:1}
.paper-code button{border:0;background:#0b5d4b;color:#fff;font-weight:600;cursor:pointer}
.paper-code :is(input,button,a):focus-visible{outline:3px solid var(--link);outline-offset:2px}
.paper-code section{margin:1.75rem 0 0}
.paper-code :is(.issued,.credited,.unknown){border:1px solid var(--line);border-left:.4rem solid var(--good);border-radius:.5rem;padding:1rem}
.paper-code :is(.credited,.unknown){border-left-color:var(--bad)}
.paper-code .unknown p{margin:0}
.paper-code dl{margin:0}
.paper-code dl div{display:grid;grid-template-columns:8rem 1fr;gap:.25rem 1rem;padding:.4rem 0;border-top:1px solid color-mix(in srgb,var(--line) 40%,transparent)}
.paper-code dt{color:var(--faint)}
.paper-code dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.paper-code ol{margin:0;padding-left:1.4rem}
.paper-code li{margin:0 0 .6rem}
.paper-code .links{margin:1rem 0 0}
.paper-code .links a{display:block;padding:.4rem 0;color:var(--link);text-decoration:underline;overflow-wrap:anywhere}
@media (max-width:26rem){.paper-code dl div{grid-template-columns:1fr;gap:0}}
@media print{.paper-code form,.paper-code .links{display:none}.paper-code{padding:0;max-width:none}}
`;
