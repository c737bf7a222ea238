/**
 * What a network error means to a person, by its code (Node's, OpenSSL's); the message as it is
 * where we have no better words.
 */
export function networkWords(error: unknown): string {
  const { code, message, host } = facts(error)
  const name = host === '' ? 'its name' : `the name ${host}`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${name} is not found: no network, or its DNS blocks it (${code})`
  if (code === 'ECONNREFUSED') return `the connection was refused: nothing listens there (${code})`
  if (code === 'ECONNRESET' || code === 'EPIPE') return `the connection was cut (${code})`
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return `no answer in time: a firewall may swallow it (${code})`
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') return `there is no way there (${code})`
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_TLS/.test(code))
    return `its certificate is not trusted: a proxy may sit in between (${code})`
  return message
}

/** `fetch` hides the cause one level down; a host with several addresses gives a list of errors. */
function facts(error: unknown): { code: string; message: string; host: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error), host: '' }
  const inner = (error as AggregateError).errors?.[0] ?? error.cause
  const { code, hostname } = error as NodeJS.ErrnoException & { hostname?: string }
  if (inner instanceof Error && (code === undefined || error.message === '')) return facts(inner)
  const message = error.message === '' ? (code ?? 'unknown network error') : error.message
  return { code: code ?? '', message, host: hostname ?? '' }
}
