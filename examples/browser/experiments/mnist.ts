// Handwritten digits, from the files of MNIST: of `--data <folder>` or ALCHEMIE_DATA for `alc run`, dropped onto the page in a
// browser.

import { loadMnist } from 'alchemie';
import { digits, recognition } from './digits.ts';

export const space = { ...digits };

export default recognition('MNIST', ({ dataDirectory }) => loadMnist({ directory: dataDirectory }), space);
