import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * The ceiling for pages: node:http and what a browser does by itself.
 *
 * - `/load?bytes=N`: a page of one script of N bytes that cannot be compressed; it writes one heading.
 * - `/cells?rows=N`: writes a table of N rows of five cells at once, as one text.
 * - `/bars?count=N`: draws N bars on a canvas, and writes a row of three cells for each.
 */

/** What stands in the page when its script has run, for whoever waits for it. */
export const bareDone = 'main[data-done]';

export interface BareSite {
  readonly url: string;
  close(): void;
}

const page = (script: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bare</title></head>
<body><main></main>${script}</body></html>`;

const done = 'document.querySelector("main").dataset.done=""';
const rows = (cells: string): string =>
  `Array.from({length:count},(_,i)=>"<tr>"+${cells}.map((cell)=>"<td>"+cell+"</td>").join("")+"</tr>").join("")`;

const scripts = {
  cells: `document.querySelector("main").innerHTML="<h1>Bare</h1><table>"+${rows('["Member "+i,"£12.34","£11.98","+£0.36 (3 %)","£14.81"]')}+"</table>"`,
  bars: `document.querySelector("main").innerHTML="<h1>Bare</h1><canvas width=780 height=480></canvas><table>"+${rows('[i,"0.123","measured"]')}+"</table>";
const draw=document.querySelector("canvas").getContext("2d");draw.fillStyle="#a6d3c5";
for(let i=0;i<count;i+=1)draw.fillRect(i*780/count,480-i*7919%480,780/count,480)`,
};

/** Starts it on this machine. */
export async function bareSite(): Promise<BareSite> {
  const server = createServer((request, reply) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bare');
    const number = Number.parseInt(searchParams.get('bytes') ?? searchParams.get('count') ?? '0', 10);
    const send = (type: string, body: string): void => {
      reply.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);
    };
    if (pathname === '/fill.js') {
      const script = `document.querySelector("main").innerHTML="<h1>Bare</h1>";${done};//`;
      const filler = randomBytes(Math.ceil((Math.max(0, number - script.length) * 3) / 4)).toString('base64');
      send('text/javascript', script + filler);
    } else if (pathname === '/load') send('text/html', page(`<script src="/fill.js?bytes=${number}"></script>`));
    else if (pathname === '/cells' || pathname === '/bars') {
      const script = scripts[pathname === '/cells' ? 'cells' : 'bars'];
      // A task of its own, as ours is.
      send('text/html', page(`<script>const count=${number};setTimeout(()=>{${script};${done}},300)</script>`));
    } else reply.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
