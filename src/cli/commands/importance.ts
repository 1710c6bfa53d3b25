// `alc importance`: which parameters mattered.

import type { CAC } from 'cac';
import { columns } from '../../analysis/columns.ts';
import { parameterName } from '../../analysis/fields.ts';
import { type Importance, importanceOf } from '../../analysis/importance/importance.ts';
import { type Criterion, nameOf } from '../../analysis/ranking.ts';
import { stringify } from '../../storage/json.ts';
import { asNumber } from '../options.ts';
import { print } from '../print.ts';
import { type SelectionOptions, select, withSelectionOptions } from '../selection.ts';

interface Options extends SelectionOptions {
  readonly seed: string;
  readonly json?: boolean;
}

export function importance(cli: CAC): void {
  withSelectionOptions(
    cli.command('importance <location>', 'Show which parameters mattered, by PED-ANOVA and by fANOVA'),
  )
    .option('--seed <s>', "Of the chance in fANOVA's forest", { default: '0' })
    .option('--json', 'Print it as JSON')
    .action(async (location: string, options: Options) => {
      const { ranking } = await select(location, options);
      const found = importanceOf(ranking, asNumber('--seed', options.seed, 0));
      const { key: by, highest = false } = ranking.criterion;
      print(options.json ? `${stringify({ by, highest, ...found }, 2)}\n` : importanceText(found, ranking.criterion));
    });
}

function importanceText({ parameters, interactions, r2, count, cautions }: Importance, criterion: Criterion): string {
  const rows = parameters.map(({ key, pedAnova, fanova }) => [
    percent(pedAnova),
    percent(fanova),
    parameterName(key),
    bar(pedAnova),
  ]);
  const table = columns([
    ['PED-ANOVA', 'fANOVA', 'parameter', ''],
    ...rows,
    ['', percent(interactions), 'interactions'],
  ]);
  const basis = `${nameOf(criterion)} of ${count} configurations; the forest explains ${percent(Math.max(0, r2))} of unseen ones`;
  return `${[...table, '', basis, ...cautions.map((caution) => `caution: ${caution}`)].join('\n')}\n`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}

const BAR_CHARACTERS = 30;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function bar(part: number): string {
  const eighths = Math.round(part * BAR_CHARACTERS * EIGHTHS.length);
  return '█'.repeat(Math.floor(eighths / EIGHTHS.length)) + (EIGHTHS[eighths % EIGHTHS.length] ?? '');
}
