import { settle } from '../../../domain/apportionment/leaver.js';
import type { CivilDate } from '../../../domain/calendar/period.js';
import { type Decimal, decimal, plain, type Rounding, sum, zero } from '../../../domain/quantity/decimal.js';
import { type Currency, writeMoney } from '../../../domain/quantity/money.js';
import { wordsOf } from '../../../domain/statement/catalogue/catalogue.js';
import { longDate, money as spoken } from '../../../domain/statement/format.js';
import type { Locale } from '../../../domain/statement/model.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { daysToDatabase } from '../../../platform/database/types.js';
import { grouped } from '../grouped.js';
import type { RunRows, ShareStored } from '../share/run-rows.js';
import { type StoredLine, totalsOf } from '../share/totals.js';
import type { Carrying } from './carry.js';
import { appended, type Appended, type Decided, decidedLine, noSource } from './append-costs.js';

/*
 * The run of a whole period and the final statements that were issued for parts of it. The leaver is billed as everybody is, and credited
 * what the final statement billed, one line for each tax rate, by the rate that was charged. The credit is a cost of its own, below zero, so that the
 * promise covers it; in the books it gives back what the final statement took from the held account.
 */

/** Under this heading a statement has what a final statement billed. */
export const finalSection = 'final';

/** What a final statement billed at one rate of tax. */
interface Billed extends Pick<Decided, 'memberId' | 'taxCode' | 'taxRate' | 'category'> {
  readonly finalId: string;
  readonly number: string;
  readonly issuedOn: CivilDate;
  readonly net: string;
}

export interface SettlingTerms {
  readonly currency: Currency;
  readonly rounding: Rounding;
  readonly locale: Locale;
  /** A difference of the whole bill below it is held. */
  readonly holdBelow: Decimal;
}

/** The rows of a run with the final statements that it settles. A final statement settles none. */
export async function withSettled(tx: Tx, run: Carrying, rows: RunRows, terms: SettlingTerms): Promise<RunRows> {
  const byMember = grouped(await readBilled(tx, run), ({ memberId }) => memberId);
  const made = [...byMember.values()].flatMap((some) => settledFor(some, rows, terms));
  return appended(rows, made);
}

/** Final statements that a run settles: those within its days, not credited by hand; of a correction those that its run has. */
export const settledBy = async (tx: Tx, { siteId, period, correctsId, leaverId, id }: Carrying): Promise<string[]> =>
  leaverId !== null
    ? []
    : (
        await tx.query<{ id: string }>(
          `SELECT f.id FROM billing_run f
           LEFT JOIN correction_carried x ON x.community_id = f.community_id AND x.correction_id = f.id
           WHERE f.community_id = current_community() AND f.site_id = $1 AND f.leaver_id IS NOT NULL AND f.status IN ('issued', 'closed')
             AND CASE WHEN $3::uuid IS NOT NULL THEN x.run_id = $3 ELSE f.days <@ $2::daterange AND (x.run_id IS NULL OR x.run_id = $4)
               AND EXISTS (SELECT FROM invoice i WHERE i.community_id = f.community_id AND i.run_id = f.id AND i.kind = 'invoice'
                 AND NOT EXISTS (SELECT FROM invoice c WHERE c.community_id = i.community_id AND c.credits_id = i.id)) END
           ORDER BY f.issued_at, f.id`,
          [siteId, daysToDatabase(period), correctsId, id],
        )
      ).map((row) => row.id);

const readBilled = async (tx: Tx, run: Carrying): Promise<Billed[]> =>
  tx.query<Billed>(
    `SELECT f.id AS "finalId", i.number, i.issued_on AS "issuedOn", l.member_id AS "memberId", l.tax_code AS "taxCode", l.tax_rate AS "taxRate",
            min(l.why->'tax'->>'category') AS category, sum(l.net)::numeric AS net
     FROM billing_run f
     JOIN invoice i ON i.community_id = f.community_id AND i.run_id = f.id AND i.kind = 'invoice'
     JOIN run_line l ON l.community_id = f.community_id AND l.run_id = f.id AND l.member_id = f.leaver_id
     WHERE f.community_id = current_community() AND f.id = ANY($1::uuid[])
     GROUP BY f.community_id, f.id, f.issued_at, i.number, i.issued_on, l.member_id, l.tax_code, l.tax_rate
     ORDER BY f.issued_at, f.id, l.tax_code, l.tax_rate`,
    [await settledBy(tx, run)],
  );

const rateOf = ({ taxCode, taxRate }: Pick<StoredLine, 'taxCode' | 'taxRate'>): string =>
  JSON.stringify([taxCode, plain(decimal(taxRate))]);

/** Credits for one leaver. What is due at a rate stands against the first that was billed at it; a rate that was not billed, against nothing. */
function settledFor(some: readonly Billed[], rows: RunRows, terms: SettlingTerms): Appended[] {
  const { currency, rounding } = terms;
  const [first] = some as [Billed];
  const lines = rows.lines.filter(({ memberId }) => memberId === first.memberId);
  const due = grouped(lines, rateOf);
  const billedAt = new Set(some.map(rateOf));
  const unbilled = [...due]
    .filter(([rate]) => !billedAt.has(rate))
    .map(([, of]): Billed => ({ ...first, ...taxOf(of), net: '0' }));
  const all = [...some, ...unbilled];
  const credits = some.map((one) => ({ ...lineOf(one, decimal(one.net), zero, terms), no: 0, costNo: 0 }));
  const change = totalsOf([...lines, ...credits], currency, rounding, new Map());
  const seen = new Set<string>();
  const parts = all.map((one) => {
    const isFirst = !seen.has(rateOf(one));
    seen.add(rateOf(one));
    const own = isFirst ? (due.get(rateOf(one)) ?? []) : [];
    return { billed: decimal(one.net), due: sum(own.map(({ net }) => decimal(net))) };
  });
  return settle(parts, terms.holdBelow, change.gross).flatMap(({ credited, held }, i) => {
    const one = all[i];
    return one === undefined || (credited.isZero() && held.isZero()) ? [] : [creditOf(one, credited, held, terms)];
  });
}

function taxOf(lines: readonly StoredLine[]): Pick<Billed, 'taxCode' | 'taxRate' | 'category'> {
  const [first] = lines as [StoredLine];
  return { taxCode: first.taxCode, taxRate: first.taxRate, category: first.why.tax?.category ?? null };
}

function creditOf(one: Billed, credited: Decimal, held: Decimal, terms: SettlingTerms): Appended {
  const { currency, locale } = terms;
  const amount = writeMoney(held.minus(credited), currency);
  const reasons = { pool: amount, whole: '1', figures: [], final: one.finalId };
  const share = (of: Pick<ShareStored, 'kind' | 'memberId' | 'weight'>, part: Decimal, more: object = {}) => ({
    ...{ ...of, part: 'own', spaceId: null, amount: writeMoney(part, currency), reasons: { ...reasons, ...more } },
  });
  return {
    cost: {
      ...noSource,
      carriedFrom: one.finalId,
      section: finalSection,
      component: `final:${one.finalId}:${one.taxCode}:${plain(decimal(one.taxRate))}`,
      description: wordsOf(locale).run.final.billed(one.number),
      taxCode: one.taxCode,
      ofAmount: amount,
      amount,
    },
    shares: [
      ...(credited.isZero()
        ? []
        : [share({ kind: 'member', memberId: one.memberId, weight: '1' }, credited.negated())]),
      ...(held.isZero() ? [] : [share({ kind: 'held', memberId: null, weight: '0' }, held, { heldFor: one.memberId })]),
    ],
    lines: credited.isZero() ? [] : [lineOf(one, credited, held, terms)],
  };
}

function lineOf(
  one: Billed,
  credited: Decimal,
  held: Decimal,
  { currency, locale }: SettlingTerms,
): Appended['lines'][number] {
  const net = writeMoney(credited.negated(), currency);
  const words = wordsOf(locale).run;
  const because = words.final.settles(one.number, longDate(one.issuedOn, locale));
  const rest = held.isZero() ? '' : words.final.held(spoken(writeMoney(held, currency), currency, locale));
  const { memberId, taxCode, taxRate, category } = one;
  const own = {
    memberId,
    taxCode,
    taxRate,
    category,
    section: finalSection,
    description: words.final.billed(one.number),
  };
  return decidedLine({ ...own, net, by: `${because}${rest}` }, currency, locale);
}
