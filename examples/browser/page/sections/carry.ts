// Runs in and out of the browser: archives that the command line continues, and the proof that nothing else comes out there.

import { h, setText } from '../dom.ts';
import { presentedAs } from '../experiments.ts';
import type { Laboratory } from '../laboratory.ts';
import { frame, type Section } from './section.ts';

export function carry(laboratory: Laboratory): Section {
  const command = h('code');
  const commands = h('pre', { tabindex: 0, 'aria-label': 'Commands' }, command);
  const all = h('button', { type: 'button' }, 'Download all');
  const one = h('button', { type: 'button' });
  const remove = h('button.quiet', { type: 'button' }, 'Remove this set');
  all.addEventListener(
    'click',
    () =>
      void download(
        laboratory,
        laboratory.trials.map(({ facts }) => facts.index),
      ),
  );
  one.addEventListener('click', () => void download(laboratory, [laboratory.selected ?? 0]));
  remove.addEventListener('click', () => {
    if (confirm('Remove these configurations, with everything that they have learnt, from this browser?'))
      void laboratory.remove();
  });
  const input = h('input.hidden', { type: 'file', multiple: true, id: 'files', accept: '.zip,.gz,*/*' });
  input.addEventListener('change', () => {
    void laboratory.take([...(input.files ?? [])]);
    input.value = '';
  });
  const drop = h(
    'label.drop',
    { for: 'files' },
    h('strong', {}, 'Drop a zip of runs here'),
    ' to go on with it, or files of MNIST. Or choose files.',
  );
  const sets = h('ul.sets');
  const kept = h('div.kept', {}, h('h3', {}, 'Kept in this browser'), sets);
  const note = h('p.small');
  let listed: unknown;
  return {
    element: frame(
      'carry',
      '5',
      'Take it anywhere',
      'A run that is begun here ends with the same bytes on the command line, and the other way round: compare the SHA-256 of the final state.',
      h(
        'div.columns',
        {},
        h('div', {}, h('h3', {}, 'To the command line'), commands, h('div.buttons', {}, all, one, remove)),
        h('div', {}, h('h3', {}, 'And back'), input, drop, kept, note),
      ),
    ),
    update() {
      const { set, trials, selected, sets: others } = laboratory;
      const isEmpty = trials.length === 0;
      all.disabled = isEmpty;
      one.disabled = laboratory.current === undefined;
      remove.hidden = isEmpty;
      setText(one, selected === undefined || isEmpty ? 'Download one' : `Download #${selected}`);
      const name = set?.name ?? 'runs';
      const data = laboratory.link.choice.experiment === 'mnist' ? ' --data mnist' : '';
      setText(command, `unzip ${name}.zip\nnpx alc run ${name}/${selected ?? 1}${data}\nnpx alc evaluate ${name}`);
      setText(note, laboratory.storage === '' ? '' : `Kept in the browser's ${laboratory.storage}.`);
      if (listed === others) return;
      listed = others;
      kept.hidden = others.length === 0;
      sets.replaceChildren(
        ...others.map(({ name, choice, trials }) => {
          const open = h('button.quiet', { type: 'button' }, name);
          open.addEventListener(
            'click',
            () => void laboratory.follow({ choice, amount: laboratory.link.amount, set: name }),
          );
          return h(
            'li',
            {},
            open,
            h('span.small', {}, `${presentedAs(choice.experiment).title}, ${trials} configurations`),
          );
        }),
      );
    },
  };
}

async function download(laboratory: Laboratory, indices: readonly number[]): Promise<void> {
  const archive = await laboratory.pack(indices);
  if (!archive) return;
  const url = URL.createObjectURL(new Blob([archive], { type: 'application/zip' }));
  h('a', { href: url, download: `${laboratory.set?.name}.zip` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Files may be dropped anywhere on the page. */
export function acceptDrops(laboratory: Laboratory): void {
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dragging');
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) document.body.classList.remove('dragging');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dragging');
    void laboratory.take([...(event.dataTransfer?.files ?? [])]);
  });
}
