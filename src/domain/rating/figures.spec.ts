import { ratioOf } from '../quantity/rational.js';
import { figuresIn, plainOf } from './figures.js';

describe('a figure', () => {
  it('is exact for people where a decimal can write it, and says that it is about where none can', () => {
    expect([ratioOf(3, 8), ratioOf(-7, 2), ratioOf(12, 1)].map(plainOf)).toEqual(['0.375', '-3.5', '12']);
    expect([ratioOf(2, 3), ratioOf(1, 3), ratioOf(-1, 6)].map(plainOf)).toEqual(['≈0.667', '≈0.333', '≈-0.167']);
  });

  it('is always exact for whoever computes with it', () => {
    expect([ratioOf(3, 8), ratioOf(851, 868), ratioOf(-1, 6)].map(figuresIn)).toEqual(['0.375', '851/868', '-1/6']);
  });
});
