// What is recorded of a remote's address: never a secret.

import { expect, it } from 'vitest';
import { withoutSecrets } from './provenance.ts';

it.each([
  ['https://github.com/a/b.git', 'https://github.com/a/b.git'],
  ['https://user:secret@host:8443/a/b?token=secret#secret', 'https://host:8443/a/b'],
  ['ssh://git:secret@host:22/a/b', 'ssh://host:22/a/b'],
  ['git@github.com:a/b.git', 'github.com:a/b.git'],
  ['https://github.com/SECRET:x@github.com/a/b', 'https://github.com/github.com/a/b'],
  ['https://host/SECRET%40github.com/a/b.git', 'https://host/github.com/a/b.git'],
  ['https://host/SEC/RET@a/b', 'https://host/a/b'],
  ['https://host/a/b@SECRET@c', 'https://host/c'],
  ['git@host:SECRET@a/b', 'host:a/b'],
  ['user:secret@host:a/b', undefined],
  ['file:///home/somebody/b', undefined],
  ['/home/somebody/b', undefined],
  ['', undefined],
])('%s', (url, shown) => {
  expect(withoutSecrets(url)).toBe(shown);
});
