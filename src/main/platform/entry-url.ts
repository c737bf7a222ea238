/**
 * Address of another entry (a worker) of this program. In the sources it is a TypeScript file at a
 * relative path; in the build all entries lie flat beside the caller.
 */
export function entryUrl(caller: string, relative: string): URL {
  if (caller.endsWith('.ts')) return new URL(relative, caller)
  const name = relative.slice(relative.lastIndexOf('/') + 1).replace(/\.ts$/, '.js')
  return new URL(`./${name}`, caller)
}
