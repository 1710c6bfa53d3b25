// Two spirals: the classic that a perceptron with one small hidden layer cannot learn.

import { classification, plane } from './plane.ts';
import { spiral } from './points.ts';

export const space = plane;

export default classification('spiral', spiral, space);
