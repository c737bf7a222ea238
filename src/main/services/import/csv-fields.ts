const QUOTE = '"'

/**
 * The fields of one line of CSV (RFC 4180, but a field ends with its line). Null when its quotes do not
 * match: a stray one costs its line only.
 */
export function csvFields(line: string): string[] | null {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line
  return text.includes(QUOTE) ? quotedFields(text) : text.split(',')
}

function quotedFields(text: string): string[] | null {
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] !== QUOTE) {
      const comma = text.indexOf(',', at)
      const field = text.slice(at, comma < 0 ? text.length : comma)
      if (field.includes(QUOTE)) return null
      fields.push(field)
      if (comma < 0) return fields
      at = comma + 1
      continue
    }
    const end = closingQuote(text, at + 1)
    if (end < 0) return null
    fields.push(text.slice(at + 1, end).replaceAll('""', QUOTE))
    if (end + 1 === text.length) return fields
    if (text[end + 1] !== ',') return null
    at = end + 2
  }
}

/** Where the quoted field that begins at `from` ends; -1 when it does not. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf(QUOTE, from); at >= 0; at = text.indexOf(QUOTE, at + 2))
    if (text[at + 1] !== QUOTE) return at
  return -1
}
