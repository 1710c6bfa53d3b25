// What Vite makes of files that are no modules by themselves.

declare module '*?files' {
  /** Texts by name, relative to the module. */
  const files: Readonly<Record<string, string>>;
  export default files;
}

interface ImportMeta {
  /** Of Vite. */
  readonly env: { readonly PROD: boolean };
}
