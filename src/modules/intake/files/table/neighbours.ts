/*
 * Intervals that reach as far as the next time of the same meter, as bills do, or for a day where nobody knows the zone: 23 to 25 hours
 * if the next row stands there, else 24. Rows may stand in either order of time.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Held<Row> {
  readonly row: Row;
  readonly at: number;
  isDone: boolean;
}

export class Neighbours<Row> {
  private last: Held<Row> | null = null;

  /** @param areDays whether an interval has a day at most, however far its neighbour is */
  constructor(
    private readonly marks: 'start' | 'end',
    private readonly areDays: boolean,
    private readonly say: (row: Row, from: number, to: number) => void,
    private readonly lose: (row: Row, detail: string) => void,
  ) {}

  /** @param isEmpty whether the row has no quantity, and only ends or begins that of another */
  take(row: Row, at: number, isEmpty: boolean): void {
    const { last } = this;
    const held: Held<Row> = { row, at, isDone: isEmpty };
    if (last?.at === at) return this.lose(row, 'two rows have the same time.');
    this.last = held;
    if (!last) return;
    const [earlier, later] = last.at < at ? [last, held] : [held, last];
    const owner = this.marks === 'start' ? earlier : later;
    if (!owner.isDone) this.close(owner, earlier.at, later.at);
    if (!last.isDone && owner !== last) this.alone(last);
  }

  end(): void {
    if (this.last && !this.last.isDone) this.alone(this.last);
    this.last = null;
  }

  private close(owner: Held<Row>, from: number, to: number): void {
    owner.isDone = true;
    const isDay = Math.abs(to - from - dayMs) <= hourMs;
    if (!this.areDays || isDay) this.say(owner.row, from, to);
    else if (this.marks === 'start') this.say(owner.row, from, from + dayMs);
    else this.say(owner.row, to - dayMs, to);
  }

  /** The first row, or the last: nothing stands where its interval ends or begins. */
  private alone(held: Held<Row>): void {
    held.isDone = true;
    const { row, at } = held;
    if (!this.areDays) this.lose(row, `no row tells where the interval ${this.marks === 'start' ? 'ends' : 'begins'}.`);
    else if (this.marks === 'start') this.say(row, at, at + dayMs);
    else this.say(row, at - dayMs, at);
  }
}
