// The page: its parts, and the laboratory that they show.

import { h, setText } from './dom.ts';
import { presented } from './experiments.ts';
import { Laboratory } from './laboratory.ts';
import { readLink } from './link.ts';
import { bench } from './sections/bench.ts';
import { acceptDrops, carry } from './sections/carry.ts';
import { compare } from './sections/compare.ts';
import { picker } from './sections/picker.ts';
import { space } from './sections/space.ts';

const laboratory = new Laboratory();
const sections = [picker, space, bench, compare, carry].map((make) => make(laboratory));
const words = h('span');
const notice = h(
  'div.notice',
  { role: 'status', 'aria-live': 'polite' },
  words,
  h('button', { type: 'button', 'aria-label': 'Dismiss', onclick: () => laboratory.dismiss() }, '×'),
);
document.getElementById('laboratory')?.append(...sections.map(({ element }) => element), notice);
for (const { update, interval } of sections) laboratory.watch(update, interval);
laboratory.watch(() => {
  setText(words, laboratory.notice);
  notice.classList.toggle('away', laboratory.notice === '');
  notice.classList.toggle('failure', laboratory.isFailure);
});
acceptDrops(laboratory);
addEventListener('hashchange', () => void laboratory.follow(readLink(location.hash)));
laboratory.changed();
void laboratory.begin(presented.map(({ id }) => id));

// Not while it is being developed, where the newest files are wanted. Where it is refused, the page needs a network, no more.
if (import.meta.env.PROD) {
  navigator.serviceWorker?.register('./offline.js').catch(() => {});
  void navigator.storage?.persist?.();
}
