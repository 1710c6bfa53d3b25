// Two moons: a border that has to bend twice.

import { classification, plane } from './plane.ts';
import { moons } from './points.ts';

export const space = plane;

export default classification('moons', moons, space);
