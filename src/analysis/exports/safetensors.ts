// The best parameters of a trial as a safetensors file, by their names in the model.

import { encodeSafetensors } from '../../storage/safetensors.ts';
import type { Format } from './format.ts';

export const safetensors: Format = { ending: 'safetensors', parameters: encodeSafetensors };
