import { HeardFrames } from './heard-frames.js';

describe('a frame', () => {
  it('that is heard again within ten minutes keeps its first time', () => {
    const frames = new HeardFrames();
    expect(frames.firstHeard('A 1', '2026-10-01T00:00:00Z')).toBe('2026-10-01T00:00:00Z');
    expect(frames.firstHeard('A 1', '2026-10-01T00:00:07Z')).toBe('2026-10-01T00:00:00Z');
    expect(frames.firstHeard('A 2', '2026-10-01T00:00:07Z')).toBe('2026-10-01T00:00:07Z');
  });

  it('with the number of one of long ago is another', () => {
    const frames = new HeardFrames();
    frames.firstHeard('A 1', '2026-10-01T00:00:00Z');
    expect(frames.firstHeard('A 1', '2026-10-01T00:10:01Z')).toBe('2026-10-01T00:10:01Z');
    expect(frames.firstHeard('A 1', '2026-10-01T00:10:05Z')).toBe('2026-10-01T00:10:01Z');
  });

  it('is forgotten when very many came after it', () => {
    const frames = new HeardFrames();
    frames.firstHeard('A 1', '2026-10-01T00:00:00Z');
    for (let i = 0; i < 10_000; i += 1) frames.firstHeard(`B ${i}`, '2026-10-01T00:00:01Z');
    expect(frames.firstHeard('A 1', '2026-10-01T00:00:02Z')).toBe('2026-10-01T00:00:02Z');
  });
});
