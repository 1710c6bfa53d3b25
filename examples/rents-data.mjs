// Makes rents.csv: 1,600 flats that were never let, for the example regression.ts. Run: node examples/rents-data.mjs
//
//   area      m², uniform from 20 to 140, one decimal
//   rooms     one for every 15 to 35 m², at least one
//   age       years, uniform from 0 to 120, whole
//   district  center, north or south, each with probability 1/3
//   balcony   1 with probability 0.4, else 0
//   rent      per month: area · price · (1 + 0.12 balcony) · wear(age) + 40 rooms + noise, rounded to whole numbers
//
// where price is 16, 12 or 9 by district; wear(age) = 1 − 0.5 age / (age + 40), but old houses are loved: from 90 years on
// it is 0.95; and the noise is normal (the sum of twelve uniform numbers, less six) of standard deviation 40. So no model
// can expect a root mean squared error below 40.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROWS = 1600;
const prices = { center: 16, north: 12, south: 9 };

/** Uniform numbers in [0, 1), the same for the same seed everywhere (mulberry32, T. Ettinger, public domain). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The text of rents.csv. */
export function rents() {
  const random = generator(1885);
  const line = () => {
    const area = Math.round(10 * (20 + 120 * random())) / 10;
    const rooms = Math.max(1, Math.floor(area / (15 + 20 * random())));
    const age = Math.floor(121 * random());
    const district = Object.keys(prices)[Math.floor(3 * random())];
    const balcony = random() < 0.4 ? 1 : 0;
    const wear = age >= 90 ? 0.95 : 1 - (0.5 * age) / (age + 40);
    const noise = Array.from({ length: 12 }, random).reduce((sum, u) => sum + u) - 6;
    const rent = area * prices[district] * (1 + 0.12 * balcony) * wear + 40 * rooms + 40 * noise;
    return [area, rooms, age, district, balcony, Math.round(rent)].join();
  };
  return `area,rooms,age,district,balcony,rent\n${Array.from({ length: ROWS }, line).join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('rents.csv', import.meta.url), rents());
}
