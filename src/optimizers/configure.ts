// Optimizers as configurations write them, a name and options; and optimizers of the user's own.

import { type Configuration, configure } from '../catalogue.ts';
import * as optimizers from './index.ts';
import type { Optimizer } from './optimizer.ts';

type Catalogue = typeof optimizers;
type OptionsOf<Name> = Name extends keyof Catalogue ? NonNullable<Parameters<Catalogue[Name]>[0]> : never;
type KeysOf<Options> = Options extends unknown ? keyof Options : never;

/** What may be said of an optimizer whose name is one of several: options that all of them have. */
type Shared<Options> = { readonly [Key in keyof Options]?: Options[Key] } & {
  readonly [Key in Exclude<KeysOf<Options>, keyof Options>]?: never;
};

/** A name and its options, a name drawn from several and options that all optimizers have, or an optimizer. */
export type OptimizerConfiguration =
  | Configuration<Catalogue>
  | ({ readonly name: keyof Catalogue } & Shared<OptionsOf<keyof Catalogue>>)
  | Optimizer;

export function optimizer(configuration: OptimizerConfiguration): Optimizer {
  return typeof configuration === 'function' ? configuration : configure('optimizer', optimizers, configuration);
}
