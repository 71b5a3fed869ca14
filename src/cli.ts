#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import type { CosignOptions } from './cli/cosign.js';
import type { EraseMemberOptions } from './cli/erase-member.js';
import type { ExportOptions } from './cli/export.js';
import { explain } from './cli/failures.js';
import type { ImportArchiveOptions } from './cli/import-archive.js';
import { importCommand, type ImportOptions } from './cli/import.js';
import type { LogInOptions } from './cli/log-in.js';
import { exitCodes, output } from './cli/output.js';
import type { RateOptions } from './cli/rate.js';
import * as runs from './cli/run.js';
import * as server from './cli/server.js';
import type { Where } from './cli/service.js';
import { startCommand, type StartOptions } from './cli/start.js';
import { splitCommand } from './cli/stateless.js';
import type { VerifyOptions } from './cli/verify.js';
import { isDecimal } from './domain/quantity/decimal.js';
import { version } from './platform/version.js';

/** The command line: what exists, and where its words are. What the commands do is in `cli/`. */
const program = new Command('commonmeter')
  .description('Meters, shares and bills what a community of small shops has in common, exactly.')
  .version(version)
  .option('--json', 'answer with one JSON document, for machines', false)
  .exitOverride()
  .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 2 written wrongly, 3 a billing run is blocked.');

const out = () => output(program.opts<{ json: boolean }>().json);
const service = (command: Command): Command =>
  command
    .option('--url <url>', 'the service; else the one that "start" wrote down')
    .option('--token <token>', "your token; else the demo's")
    .option('--as <role>', 'whose token of the demo to use');

program
  .command('start')
  .description('run the service: API and worker, on an embedded PostgreSQL unless DATABASE_URL names one')
  .addOption(new Option('--role <role>').choices(['all', 'api', 'worker']).default('all'))
  .option(
    '--check',
    'seed the demo in a folder of its own, bill two months, prove that every cost adds up, and end',
    false,
  )
  .option('--no-demo', 'do not seed the demo community on an empty database')
  .action((options: StartOptions) => startCommand(out(), options));

program
  .command('demo')
  .description('the same as start, on an empty database: Old Market Hall, 23 shops, 14 months')
  .option('--check', 'the same as start --check', false)
  .action(({ check }: { check: boolean }) => startCommand(out(), { role: 'all', check, demo: true }));

program
  .command('setup')
  .description('make a community and its first treasurer')
  .requiredOption('--code <code>', 'short name, like OMH')
  .requiredOption('--name <name>', 'legal name')
  .requiredOption('--treasurer <name>')
  .option('--email <address>', 'of the treasurer', '')
  .option('--currency <code>', 'ISO 4217', 'GBP')
  .option('--zone <zone>', 'IANA time zone', 'Europe/London')
  .action((options: server.SetupOptions) => server.setupCommand(out(), options));

program
  .command('log-in')
  .description('print a link that lets somebody in once: the first treasurer, or whoever no mail reaches')
  .requiredOption('--community <code>', 'which, like OMH')
  .option('--person <who>', 'name, e-mail address or id; else the treasurer, where there is one only')
  .option('--new', 'make this person a treasurer first, who is not here yet', false)
  .option('--email <address>', 'of whoever is new', '')
  .option('--url <url>', 'where people open the service; else PUBLIC_URL, or where it listens')
  .action(async (options: LogInOptions) => (await import('./cli/log-in.js')).logInCommand(out(), options));

program
  .command('migrate')
  .description('bring the database schema up to date')
  .action(() => server.migrateCommand(out()));
program
  .command('doctor')
  .description('look at what the promises stand on')
  .action(() => server.doctorCommand(out()));

program
  .command('rotate-signing-key')
  .description(
    'sign the records of all communities with keys of a new secret from now on; the old keys hand over, on the record',
  )
  .action(async () => (await import('./cli/rotate-signing-key.js')).rotateSigningKeyCommand(out()));

program
  .command('retain')
  .description(
    'let readings, copies and the books of erased members go that no policy keeps any more, of all communities, as a worker does once a day',
  )
  .option('--dry-run', 'only say which would go', false)
  .action(async (options: { dryRun: boolean }) => (await import('./cli/retain.js')).retainCommand(out(), options));

program
  .command('export')
  .description(
    'everything that a community has, as an archive of open files: CSV, JSON lines, PDF and a list of hashes',
  )
  .requiredOption('--community <code>', 'which, like OMH')
  .requiredOption('--out <path>', 'a file that ends with .tar.gz, or a folder; neither may be there yet')
  .option('--member <code>', 'only what is held about this member, as a ZIP')
  .option(
    '--hand-over',
    'bring the key of the record, sealed with ARCHIVE_PASSPHRASE, so that any house can restore it',
    false,
  )
  .action(async (options: ExportOptions) => (await import('./cli/export.js')).exportCommand(out(), options));

program
  .command('import-archive')
  .description('make a community anew from an archive of "export", on a database that does not have it')
  .argument('<file>', 'a .tar.gz, or the folder that it unpacks to')
  .option('--treasurer <name>', 'whose new token is shown; else the first treasurer’s')
  .action(async (file: string, options: ImportArchiveOptions) =>
    (await import('./cli/import-archive.js')).importArchiveCommand(out(), file, options),
  );

program
  .command('erase-member')
  .description('erase what is personal of a member that has left; its books go when their years have passed')
  .argument('<member>', 'its code or id')
  .requiredOption('--community <code>', 'whose member, like OMH')
  .option('--dry-run', 'only say what would go, and what is kept until when and why', false)
  .action(async (member: string, options: EraseMemberOptions) =>
    (await import('./cli/erase-member.js')).eraseMemberCommand(out(), member, options),
  );

program
  .command('split')
  .description('split an amount exactly, by weights or as a JSON file says; needs no server')
  .argument('<total>', 'an amount; or a JSON file with the cost, its key and who was there, or with ,  or ')
  .argument('[id=weight...]')
  .option('--currency <code>', 'ISO 4217', 'GBP')
  .option('--key <text>', 'what is split, for the order of equal remainders', '')
  .action(async (total: string, claims: string[], options: { currency: string; key: string }) => {
    if (claims.length > 0 || isDecimal(total)) splitCommand(out(), total, claims, options);
    else (await import('./cli/split-file.js')).splitFileCommand(out(), total);
  });

program
  .command('verify')
  .description(
    'say whether statements and certificates are right, from their PDFs or their data; needs no server and no network',
  )
  .argument('<files...>', 'of one run or several: they are compared with each other too')
  .option('--key <key>', 'of the record, as you were given it when you joined')
  .option('--earlier <file>', 'an earlier statement of yours: that the record begins with the one that it knew')
  .option(
    '--cosigner <key...>',
    'of people who cosign, as you have them from the notice board: each must have cosigned',
  )
  .option('--quorum <n>', 'so many of them will do')
  .action(async (files: string[], options: VerifyOptions) =>
    (await import('./cli/verify.js')).verifyCommand(out(), files, options),
  );

service(program.command('cosign').description('cosign the newest head of the record, with a key that never leaves you'))
  .requiredOption('--file <file>', 'where your key is, and what you cosigned last')
  .option('--new <name>', 'make a key of this name, as amy.auditor, and register it')
  .option('--key <key>', 'of the record, as you were given it; else the one that the service tells the first time')
  .action(async (options: CosignOptions) => (await import('./cli/cosign.js')).cosignCommand(out(), options));

program
  .command('inspect')
  .description(
    'say what a meter data file holds (NEM12, NEM13, Green Button, MSCONS, D0010, OCMF, P1, CSV, XLSX); needs no server',
  )
  .argument('<file>')
  .option('--zone <zone>', 'IANA zone of local times without an offset')
  .action(async (file: string, { zone }: { zone?: string }) =>
    (await import('./cli/inspect.js')).inspectCommand(out(), file, zone),
  );

program
  .command('rate')
  .description('the lines a tariff gives for a usage file; needs no server')
  .argument('<tariff>', 'JSON: {currency, zone, from, to, rounding, calendar, components}')
  .argument('[usage]', 'a meter data file, CSV with the columns from,to,kWh[,export], or a list of figures, one a line')
  .addOption(new Option('--by <what>', 'each calendar month as a bill of its own').choices(['month']))
  .option('--explain', 'say in words what the tariff is', false)
  .option('--start <when>', 'when a list begins: an instant with offset, or a day; else the first day that is rated')
  .option('--minutes <n>', 'how long each figure of a list lasts; else 60')
  .option('--digits <n>', 'round figures that are finer, half-up, to so many digits')
  .action(async (tariff: string, usage: string | undefined, options: RateOptions) =>
    (await import('./cli/rate.js')).rateCommand(out(), tariff, usage, options),
  );

service(program.command('import').description('send a meter data file to the service').argument('<file>'))
  .option('--dry-run', 'only say what would happen', false)
  .option('--format <format>', 'of the file, as nem12 or csv; else what it says it is')
  .option('--zone <zone>', 'IANA zone of local times without an offset')
  .option('--mapping <code>', 'stored mapping by which a table is read')
  .action((file: string, options: ImportOptions) => importCommand(out(), options, file));

const run = program.command('run').description('billing runs');
service(run.command('new').description('open a run').argument('<site>').argument('<from>').argument('<to>'))
  .option('--leaver <member>', 'the final statement of a member who leaves by the end of these days')
  .action((site: string, from: string, to: string, where: Where & { leaver?: string }) =>
    runs.newRun(out(), where, site, from, to),
  );
service(run.command('correct').description('open a correction of an issued run').argument('<id>'))
  .addOption(
    new Option('--way <way>', 'how it reaches the members').choices(runs.correctionWays).default('credit-and-reissue'),
  )
  .requiredOption('--cause <text>', 'why, in words that members read on their documents')
  .action((id: string, options: Where & { way: string; cause: string }) => runs.correct(out(), options, id));
service(run.command('deltas').description('who pays more or less by a correction, and why').argument('<id>')).action(
  (id: string, where: Where) => runs.deltas(out(), where, id),
);
service(run.command('cancel').description('give a run up that was not issued').argument('<id>'))
  .requiredOption('--reason <text>', 'for the record')
  .action((id: string, options: Where & { reason: string }) => runs.cancel(out(), options, id));
service(run.command('calculate').description('collect, check, share').argument('<id>')).action(
  (id: string, where: Where) => runs.calculate(out(), where, id),
);
service(run.command('issues').description('what is missing or odd').argument('<id>')).action(
  (id: string, where: Where) => runs.issues(out(), where, id),
);
service(run.command('approve').description('the second person').argument('<id>')).action((id: string, where: Where) =>
  runs.approve(out(), where, id),
);
service(run.command('issue').description('number and book, and make the documents').argument('<id>'))
  .option('--no-wait', 'do not wait for the documents')
  .action((id: string, where: Where & { wait: boolean }) => runs.issueRun(out(), where, id));
service(run.command('status').description('all runs, or one with its reconciliation').argument('[id]')).action(
  (id: string | undefined, where: Where) => runs.status(out(), where, id),
);

/** Ends with a sentence and an exit code. Commander has said its own by then. */
function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return;
  }
  const { text, exitCode } = explain(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = exitCode;
}

// Whoever reads us through a pipe may have seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
program.parseAsync().catch(fail);
