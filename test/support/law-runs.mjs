import fc from 'fast-check';

// How often each law is tried; `npm run laws` asks for more. Laws whose every try is dear say a number of their own.
fc.configureGlobal({ numRuns: Number.parseInt(process.env.LAW_RUNS ?? '200', 10) });
