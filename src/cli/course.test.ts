import { describe, expect, it } from 'vitest';
import { Course, sparkline } from './course.ts';

describe('a sparkline', () => {
  it('falls by factors, from the highest block to the lowest', () => {
    expect(sparkline([128, 64, 32, 16, 8, 4, 2, 1])).toBe('█▇▆▅▄▃▂▁');
  });
  it('is linear where losses are not all positive, and marks what is not finite', () => {
    expect(sparkline([7, 3, 0, Number.NaN, Number.POSITIVE_INFINITY])).toBe('█▄▁!!');
  });
  it('is flat where nothing changes, and empty of nothing', () => {
    expect([sparkline([3, 3]), sparkline([])]).toEqual(['▁▁', '']);
  });
});

describe('the course of a run', () => {
  it('has a pace from the second look on, of the last seconds', () => {
    const course = new Course();
    expect([course.pace, course.newest]).toEqual([undefined, undefined]);
    course.look({ step: 0, bestLoss: 1 }, 0);
    course.look({ step: 0, bestLoss: 1 }, 500);
    expect(course.pace).toBe(undefined);
    course.look({ step: 100, bestLoss: 1 }, 1000);
    expect(course.pace).toBe(100);
    course.look({ step: 400, bestLoss: 1 }, 100_000);
    expect(course.pace).toBeCloseTo(300 / 99);
    course.look({ step: 600, bestLoss: 1 }, 101_000);
    expect(course.pace).toBe(200);
  });

  it('of however many looks is as wide as asked for, and ends with the newest', () => {
    const course = new Course();
    for (let step = 1; step <= 5000; step++) course.look({ step, bestLoss: 1 / step, valLoss: 1 / step }, step);
    expect(course.sparkline(20)).toMatch(/^█[▁-█]{18}▁$/);
    expect(course.newest?.step).toBe(5000);
  });
});
