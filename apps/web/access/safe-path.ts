/** Only a path of this site, never another host: `//host` and `/\host` are hosts to a browser. */
export function safePath(path: string | null): string {
  return path && /^\/(?![/\\])/.test(path) ? path : '/'
}
