import { epochMs, type Instant } from '../../../domain/calendar/period.js';
import { assert, type DomainErrorCode } from '../../../domain/errors.js';
import type { Tx } from '../../../platform/database/transactions.js';
import { problemsPage } from '../../../platform/http/problem.js';
import { fitted } from './fit-unit.js';
import { keepRepeats, type Repeat } from './import-repeats.js';
import { type HoldReason, judge } from './judge-item.js';
import { judged, noJudgements, signedOf } from './judge-signatures.js';
import { isMomentary } from './momentary.js';
import {
  type ItemResult,
  type Push,
  type ResultProblem,
  type Status,
  statuses,
  type Summary,
  type TakeResult,
} from './reading.types.js';
import { keepSignatures } from '../signatures/keep-signatures.js';
import type { Judgement } from '../signatures/signed-text.js';
import { type ItemProblem, readItem, type ReadingItem } from './reading-item.js';
import type { ReadingMonths } from './reading-months.js';
import type { IntakeGround, RegisterCatalog } from '../registers/register-catalog.js';
import {
  type Candidate,
  differing,
  type Doubt,
  insertReadings,
  keepDoubts,
  keepUnclaimed,
  recordBatches,
  type Stored,
  type Unclaimed,
} from './store-readings.js';

/*
 * The problem: devices send what they have, in any order, as often as they like, several at once. Every reading must end in one of
 * six ways, be answered so, and none may harm another.
 *
 *   12:00 → 48210.4   created
 *   12:00 → 48210.4   duplicate    the same again, in the same batch or a year later
 *   12:00 → 48999     conflict     kept for a person; what is stored stays
 *
 * Method: read and judge every item in memory; store all candidates by one statement that leaves known readings alone; only where it
 * stored fewer than it was given, ask which ones were known and what they say. Of several items for one reading the first is the
 * candidate and the others are measured by what then is stored.
 */

/** Where an item came from; with the rest it is what the statements of intake store. */
interface Line extends Unclaimed {
  readonly push: number;
  readonly index: number;
}

type KnownLine = Line & Candidate;

/** All items that speak of one reading, in the order in which they came. */
interface Contest {
  readonly first: KnownLine;
  others: KnownLine[] | null;
}

/** What intake remembers between batches. */
export interface IntakeMemory {
  readonly catalog: RegisterCatalog;
  readonly months: ReadingMonths;
}

/** Takes pushes of one community into an open transaction. Its answers hold once that transaction is committed. */
export async function takePushes(
  tx: Tx,
  communityId: string,
  pushes: readonly Push[],
  { catalog, months }: IntakeMemory,
  now: Instant,
): Promise<TakeResult[]> {
  // The database works on both while the items are read.
  const asked = Promise.all([recordBatches(tx, communityId, pushes), catalog.ground(tx, communityId, now)]);
  const read = pushes.map(({ items }) =>
    items.map((item) => (item instanceof Unreadable ? item.problem : readItem(item))),
  );
  const [batchNos, firstGround] = await asked;
  // A second look is needed where an unknown name was bound while we waited for it; a third would mean that it was not.
  for (let look = 1; look <= 2; look += 1) {
    const ground = look === 1 ? firstGround : await catalog.ground(tx, communityId, now);
    const signed = signedOf(pushes, read, batchNos, ground);
    const judgements = signed.length === 0 ? noJudgements : await judged(tx, signed);
    const intake = new Intake(pushes, read, batchNos, ground, months, epochMs(now), judgements);
    if (!(await intake.store(tx, communityId, now))) continue;
    if (signed.length > 0) await keepSignatures(tx, signed, [...judgements.values()]);
    return intake.answers();
  }
  assert(false, 'A name that is bound is known.');
}

class Intake {
  private readonly results: ItemResult[][];
  /** By register and instant. */
  private readonly contests = new Map<number, Map<number, Contest>>();
  private readonly held: { readonly line: KnownLine; readonly reason: HoldReason; readonly detail: string }[] = [];
  private readonly late: { readonly line: KnownLine; readonly detail: string }[] = [];
  private readonly unclaimed: Line[] = [];

  constructor(
    private readonly pushes: readonly Push[],
    read: readonly (readonly (ReadingItem | ItemProblem)[])[],
    private readonly batchNos: readonly string[],
    private readonly ground: IntakeGround,
    private readonly months: ReadingMonths,
    private readonly nowMs: number,
    private readonly judgements: ReadonlyMap<number, Judgement>,
  ) {
    this.results = pushes.map(({ items }) => new Array<ItemResult>(items.length));
    pushes.forEach((push, number) => read[number]?.forEach((item, index) => this.sort(push, number, index, item)));
  }

  private sort({ sender, isTranslated }: Push, push: number, index: number, said: ReadingItem | ItemProblem): void {
    if ('code' in said) return this.answer({ push, index }, 'rejected', describe(said));
    const item = isTranslated ? fitted(said, this.ground.find(said.meter, said.register)) : said;
    const quality = item.quality ?? (sender.kind === 'person' ? 'customer' : 'actual');
    const batchNo = this.batchNos[push] ?? '';
    const judged = judge(item, sender, this.ground, this.nowMs);
    if (judged.as === 'rejected') return this.answer({ push, index }, 'rejected', describe(judged.problem));
    if (judged.as === 'unclaimed') return void this.unclaimed.push({ push, index, item, quality, batchNo });
    const line: KnownLine = { push, index, item, quality, batchNo, register: judged.register };
    if (judged.as === 'reduced') this.late.push({ line, detail: judged.detail });
    else if (judged.as === 'held') this.held.push({ line, reason: judged.reason, detail: judged.detail });
    else if (this.judgements.size > 0 && this.isDoubtful(sender, push)) {
      const detail = `${this.judgements.get(push)?.detail ?? ''} A treasurer decides whether the reading counts.`;
      this.held.push({ line, reason: 'signature-wrong', detail });
    } else this.enter(line);
  }

  /** Whether the signature of a push says that its readings are not to be believed. */
  private isDoubtful({ mustSign }: Push['sender'], push: number): boolean {
    const verdict = this.judgements.get(push)?.verdict;
    return verdict === 'wrong' || (mustSign === true && verdict !== 'verified');
  }

  private enter(line: KnownLine): void {
    let ofRegister = this.contests.get(line.register.no);
    if (!ofRegister) this.contests.set(line.register.no, (ofRegister = new Map<number, Contest>()));
    const contest = ofRegister.get(line.item.ms);
    if (contest) contest.others = [...(contest.others ?? []), line];
    else ofRegister.set(line.item.ms, { first: line, others: null });
  }

  /** False where a name has been bound in the meantime; nothing was stored then. */
  async store(tx: Tx, communityId: string, now: Instant): Promise<boolean> {
    if (!(await keepUnclaimed(tx, communityId, now, this.unclaimed))) return false;
    for (const line of this.unclaimed)
      this.answer(line, 'unclaimed', problemOf('reading-unclaimed', unclaimedSentence(line.item)));
    const doubts = [
      ...(await this.storeCandidates(tx, communityId)),
      ...(await this.weighHeld(tx, communityId)),
      ...(await this.weighLate(tx, communityId)),
    ];
    await keepDoubts(tx, communityId, now, doubts);
    await keepRepeats(tx, communityId, this.ground.communityNo, this.repeats(), this.months);
    return true;
  }

  /** What senders other than files said of readings that are known or held. */
  private repeats(): Repeat[] {
    const lines = [...this.contests.values()].flatMap((ofRegister) =>
      [...ofRegister.values()].flatMap(({ first, others }) => [first, ...(others ?? [])]),
    );
    return [...lines, ...this.held.map(({ line }) => line)].flatMap((line): Repeat[] => {
      const status = this.results[line.push]?.[line.index]?.status;
      if (status === 'created' || this.pushes[line.push]?.sha256 !== undefined) return [];
      return [{ ...line, isHeld: status === 'held' }];
    });
  }

  private async storeCandidates(tx: Tx, communityId: string): Promise<Doubt[]> {
    const { communityNo } = this.ground;
    const contests = [...this.contests.values()].flatMap((ofRegister) => [...ofRegister.values()]);
    const known = (await insertReadings(
      tx,
      communityNo,
      contests.map(({ first }) => first),
      this.months,
    )) as readonly KnownLine[];
    const differences = await differing(tx, communityId, communityNo, known);
    const storedFor = new Map(known.map((line, i) => [line, differences.get(i) ?? null]));
    return contests.flatMap((contest) => this.settle(contest, storedFor));
  }

  /** Answers all items of one reading, now that it is known what is stored. */
  private settle({ first, others }: Contest, storedFor: ReadonlyMap<KnownLine, Stored | null>): Doubt[] {
    const isNew = !storedFor.has(first);
    if (isNew) this.answer(first, 'created');
    if (isNew && others === null) return none;
    const stored = storedFor.get(first) ?? { value: first.item.value, untilMs: first.item.untilMs, corrected: null };
    return [...(isNew ? [] : [first]), ...(others ?? [])].flatMap((line) => this.measure(line, stored));
  }

  /** A duplicate or a conflict with what is stored. */
  private measure(line: KnownLine, stored: Stored): Doubt[] {
    const { item, register } = line;
    const isSame = item.untilMs === stored.untilMs && (item.value === stored.value || item.value === stored.corrected);
    if (isSame) {
      this.answer(line, 'duplicate');
      return none;
    }
    const known = stored.corrected ?? stored.value;
    const detail = `${register.label} at ${item.at} is known as ${known} ${register.unit}, and this says ${item.value}. What is known stays until a treasurer decides.`;
    this.answer(line, 'conflict', problemOf('conflict', detail));
    return [{ ...line, kind: 'conflict', reason: 'other-value', detail }];
  }

  /** A held reading that was accepted before, and is sent again, is a duplicate or a conflict like any other. */
  private async weighHeld(tx: Tx, communityId: string): Promise<Doubt[]> {
    if (this.held.length === 0) return [];
    const differences = await differing(
      tx,
      communityId,
      this.ground.communityNo,
      this.held.map(({ line }) => line),
    );
    return this.held.flatMap(({ line, reason, detail }, i): Doubt[] => {
      const stored = differences.get(i);
      if (stored !== null)
        return this.measure(line, stored ?? { value: line.item.value, untilMs: line.item.untilMs, corrected: null });
      this.answer(line, 'held', problemOf('reading-held', detail));
      return [{ ...line, kind: 'held', reason, detail }];
    });
  }

  /** What was sent for reduced time is known where it was kept, and otherwise refused: nobody can tell any more what it was. */
  private async weighLate(tx: Tx, communityId: string): Promise<Doubt[]> {
    const lines = this.late.map(({ line }) => line);
    const differences = await differing(tx, communityId, this.ground.communityNo, lines);
    return this.late.flatMap(({ line, detail }, i): Doubt[] => {
      const stored = differences.get(i);
      if (stored !== null)
        return this.measure(line, stored ?? { value: line.item.value, untilMs: line.item.untilMs, corrected: null });
      this.answer(line, 'rejected', problemOf('readings-reduced', detail));
      return [];
    });
  }

  answers(): TakeResult[] {
    return this.results.map((results, push) => {
      const summary = Object.fromEntries(statuses.map((status) => [status, 0])) as Summary;
      for (const { status } of results) summary[status] += 1;
      const answer = { results, summary, batchNo: this.batchNos[push] ?? '' };
      const signature = this.judgements.get(push);
      return signature === undefined ? answer : { ...answer, signature };
    });
  }

  private answer({ push, index }: Pick<Line, 'push' | 'index'>, status: Status, problem?: ResultProblem): void {
    const results = this.results[push];
    assert(results, 'Every push has results.');
    results[index] = problem ? { index, status, problem } : { index, status };
  }
}

const none: Doubt[] = [];

/** An item that could not even be read, such as a broken line; it takes its place among the others. */
export class Unreadable {
  constructor(readonly problem: ItemProblem) {}
}

const unclaimedSentence = ({ meter, register, unit }: ReadingItem): string =>
  isMomentary(unit)
    ? `No register counts what ${meter} ${register} says, which is so at a moment (${unit}). One of a day is kept, so that you see what the device sends.`
    : `No register ${register} of a meter ${meter} is known. The reading is kept in the inbox of unclaimed readings until it is bound to one.`;

const problemOf = (code: DomainErrorCode, detail: string): ResultProblem => ({
  type: `${problemsPage}#${code}`,
  code,
  detail,
});

const describe = ({ code, detail, pointer }: ItemProblem): ResultProblem =>
  pointer === undefined ? problemOf(code, detail) : { ...problemOf(code, detail), errors: [{ pointer, detail }] };
