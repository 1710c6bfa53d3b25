// The chorales from a file on disk.

import { type Dataset, type DatasetOptions, findDataset, readDatasetFile, settleDataset } from './dataset.node.ts';
import { type Chorales, type Jsb, jsbFile, jsbOf } from './jsb.ts';

export type { Chorales, Jsb };

export const jsb: Dataset<typeof jsbFile> = {
  title: 'JSB chorales',
  folder: 'jsb',
  loader: 'loadJsb',
  files: [jsbFile],
  suffix: '',
  dispensable: [],
  source: {
    mirrors: [
      'https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/',
      'https://cdn.jsdelivr.net/gh/czhuang/JSB-Chorales-dataset@9a7f733ddb4ed91f48da64ac7f0f621c34aadd4d/',
    ],
    files: {
      'jsb-chorales-quarter.json': {
        bytes: 407_200,
        sha256: '2db9329f1881a1d3f49703ec556bf1d6f84b4f6c1d702c156536e93cf31e1c91',
      },
    },
  },
};

/**
 * The chorales, all padded to the length of the longest one of all (160 steps), so that a model takes any of them.
 *
 * The file is looked for in `directory`, else in the folder ALCHEMIE_DATA, else in the user's cache; only the cache is
 * filled by a download. In a browser it is the one that was given to `storeDatasetFile`.
 *
 * @throws UserError when a named folder lacks the file, when it is damaged, or when the download fails
 */
export async function loadJsb(options: DatasetOptions<typeof jsbFile> = {}): Promise<Jsb> {
  const folder = await findDataset(jsb, settleDataset(jsb, options));
  return readDatasetFile(jsb, folder, jsbFile, jsbOf);
}
