/** The library brings no types of its own. */
declare module 'proxy-from-env' {
  /** Address of the proxy that the environment names for a URL; '' for none. */
  export function getProxyForUrl(url: string): string
}
