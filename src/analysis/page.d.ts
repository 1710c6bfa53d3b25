// dist/page.js, which `.ci/page.mjs` makes of src/page.

export declare const script: string;
export declare const style: string;
