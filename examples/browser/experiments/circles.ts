// A disk in a ring: a border that has to close.

import { classification, plane } from './plane.ts';
import { circles } from './points.ts';

export const space = plane;

export default classification('circles', circles, space);
