// The page as one file. It loads nothing and runs nothing but its own script, known by its hash; data are text to it.

import { createHash } from 'node:crypto';
import type { ReportContents } from './contents.ts';

/** @param page the page's own code and style, as it was built */
export function reportDocument(
  contents: ReportContents,
  page: { readonly script: string; readonly style: string },
): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hash(page.script)}'`,
    `style-src '${hash(page.style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(contents.title)} · Alchemie</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M2 3q3 10 12 10' fill='none' stroke='%232468a8' stroke-width='2.5' stroke-linecap='round'/%3E%3C/svg%3E">
<style>${page.style}</style>
</head>
<body>
<noscript>This report needs JavaScript, of which it has all it needs in itself.</noscript>
<script type="application/json" id="contents">${inert(JSON.stringify(contents))}</script>
<script>${page.script}</script>
</body>
</html>
`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** JSON of the same value in which no tag can begin or end. */
function inert(json: string): string {
  return json.replaceAll('<', '\\u003c');
}
