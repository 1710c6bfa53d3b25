// What a report is: it shows a line of the log to a person.

import type { Info } from '../trainable.ts';

export type Report = (info: Info) => void;
