// What the scripts tell a person: plain lines on stderr, so that stdout stays free for results.

/** A failure with a known reason: shown as one line, never as a stack trace. */
export class Problem extends Error {
  /**
   * @param {string} reason what happened
   * @param {string} [remedy] what to do about it
   */
  constructor(reason, remedy) {
    super(remedy === undefined ? reason : `${reason}. ${remedy}`)
    this.name = 'Problem'
  }
}

/** Writes one line to stderr. */
export function say(text) {
  process.stderr.write(`tapedeck: ${text}\n`)
}

/** Only the first line of a text, without colours, cut to a readable length. */
export function oneLine(text, limit = 300) {
  const plain = withoutColours(String(text))
  const line = plain.split(/\r?\n/).find((part) => part.trim() !== '') ?? ''
  return line.trim().slice(0, limit)
}

/** The text without terminal colour sequences. */
export function withoutColours(text) {
  const start = String.fromCharCode(27)
  return text.replace(new RegExp(`${start}\\[[0-9;]*m`, 'g'), '')
}

/** Whole seconds below ten with one digit behind the point: "4.2 s", "31 s". */
export function seconds(ms) {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`
}

/**
 * Runs a script's main function and turns its answer into the exit code. A Problem is one line; any
 * other error is one line too and its trace is shown only with TAPEDECK_DEBUG=1.
 * @param {() => Promise<number | undefined>} main
 */
export function runMain(main) {
  const fail = (error) => {
    if (error instanceof Problem) say(error.message)
    else {
      say(
        `this should not happen: ${oneLine(error?.message ?? error)} (TAPEDECK_DEBUG=1 shows where)`,
      )
      if (process.env.TAPEDECK_DEBUG === '1') process.stderr.write(`${error?.stack ?? error}\n`)
    }
    process.exitCode = 1
  }
  main().then((code) => {
    process.exitCode = code ?? 0
  }, fail)
}
