import fc from 'fast-check';
import { DomainError } from '../../../domain/errors.js';
import { GroupCommit, type GroupLimits } from './group-commit.js';

const limits: GroupLimits = { groupItems: 10, waitingItems: 50, atOnce: 2, worthItems: 6, lingerMs: 1 };
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((done) => setTimeout(done, 1));
};

/** A house whose commits end when they are told to. */
function house(some: Partial<GroupLimits> = {}) {
  const groups: { communityId: string; jobs: readonly string[]; end(error?: Error): void }[] = [];
  let [open, most] = [0, 0];
  const commits = new GroupCommit<string, string>({ ...limits, ...some }, (communityId, jobs) => {
    most = Math.max(most, (open += 1));
    return new Promise((resolve, reject) => {
      const end = (error?: Error): void => {
        open -= 1;
        if (error) reject(error);
        else resolve(jobs.map((job) => `${job} stored`));
      };
      groups.push({ communityId, jobs, end });
    });
  });
  return { commits, groups, most: () => most };
}

describe('GroupCommit', () => {
  it('commits what comes while another group is being committed together', async () => {
    const { commits, groups } = house();
    const first = commits.submit('c', 'a', 1);
    await turn();
    const others = ['b', 'c', 'd'].map((job) => commits.submit('c', job, 1));
    await turn();
    expect(groups.map(({ jobs }) => jobs)).toEqual([['a']]);
    groups[0]?.end();
    expect(await first).toBe('a stored');
    await until(() => groups.length === 2);
    expect(groups.map(({ jobs }) => jobs)).toEqual([['a'], ['b', 'c', 'd']]);
    groups[1]?.end();
    expect(await Promise.all(others)).toEqual(['b stored', 'c stored', 'd stored']);
  });

  it('answers nobody before the commit', async () => {
    const { commits, groups } = house();
    let answered = false;
    const push = commits.submit('c', 'a', 1).then(() => (answered = true));
    for (let i = 0; i < 5; i += 1) await turn();
    expect([groups.length, answered]).toEqual([1, false]);
    groups[0]?.end();
    await push;
    expect(answered).toBe(true);
  });

  it('tries each push of a failed group alone, so that one costs only itself', async () => {
    const tried: (readonly string[])[] = [];
    const commits = new GroupCommit<string, string>(limits, async (_, jobs) => {
      tried.push(jobs);
      await turn();
      if (jobs.includes('bad')) throw new Error('no');
      return jobs.map((job) => `${job} stored`);
    });
    const answers = await Promise.allSettled(['a', 'bad', 'c'].map((job) => commits.submit('c', job, 1)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(tried).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
  });

  it('keeps communities apart', async () => {
    const { commits, groups } = house();
    void commits.submit('c', 'a', 1);
    void commits.submit('d', 'b', 1);
    await turn();
    expect(groups.map(({ communityId, jobs }) => [communityId, jobs])).toEqual([
      ['c', ['a']],
      ['d', ['b']],
    ]);
  });

  it('lets a push that is worth it go beside another, and no more of them than may', async () => {
    const { commits, groups, most } = house();
    for (const job of ['a', 'b', 'c']) {
      void commits.submit('c', job, 10);
      await turn();
    }
    expect(groups.map(({ jobs }) => jobs)).toEqual([['a'], ['b']]);
    expect(most()).toBe(2);
  });

  it('refuses what is too much to wait, and takes it when there is room again', async () => {
    const { commits, groups } = house({ waitingItems: 5 });
    const first = commits.submit('c', 'a', 1);
    await turn();
    const waiting = commits.submit('c', 'b', 5);
    expect(() => commits.submit('c', 'c', 1)).toThrow(DomainError);
    groups[0]?.end();
    await first;
    await until(() => groups.length === 2);
    groups[1]?.end();
    await waiting;
    const last = commits.submit('c', 'c', 1);
    await until(() => groups.length === 3);
    groups[2]?.end();
    expect(await last).toBe('c stored');
  });

  it('answers every push with its own result, whatever comes when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            items: fc.integer({ min: 1, max: 12 }),
            pause: fc.boolean(),
            community: fc.constantFrom('c', 'd'),
          }),
          {
            maxLength: 30,
          },
        ),
        async (pushes) => {
          const commits = new GroupCommit<string, string>({ ...limits, waitingItems: 1000 }, async (_, jobs) => {
            await turn();
            return jobs.map((job) => `${job} stored`);
          });
          const answers: Promise<string>[] = [];
          for (const [i, { items, pause, community }] of pushes.entries()) {
            answers.push(commits.submit(community, `${i}`, items));
            if (pause) await turn();
          }
          expect(await Promise.all(answers)).toEqual(pushes.map((_, i) => `${i} stored`));
        },
      ),
    );
  });
});
