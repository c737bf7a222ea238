/** Where Electron's binary keeps its fuses: this text, a version byte, a length, one letter each. */
export const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** The fuses of version 1 in their order, and how Tapedeck wants them (null: as Electron has it). */
export const FUSES = [
  ['runAsNode', false],
  ['cookieEncryption', true],
  ['nodeOptionsEnvironmentVariable', false],
  ['nodeCliInspectArguments', false],
  ['embeddedAsarIntegrityValidation', true],
  ['onlyLoadAppFromAsar', true],
  ['loadBrowserProcessSpecificV8Snapshot', null],
  ['grantFileProtocolExtraPrivileges', false],
]

/**
 * What is wrong with the fuses of a binary.
 * @param {Buffer} binary
 * @returns {string[]}
 */
export function fuseProblems(binary) {
  const start = binary.indexOf(SENTINEL, 0, 'latin1')
  if (start === -1) return ['the binary has no fuses']
  const at = start + SENTINEL.length
  const states = binary.subarray(at + 2, at + 2 + binary[at + 1]).toString('latin1')
  return FUSES.flatMap(([name, wanted], index) => {
    const found = states[index]
    if (wanted === null || found === (wanted ? '1' : '0')) return []
    return [
      `fuse ${name} is ${JSON.stringify(found ?? 'missing')}, wanted ${wanted ? 'on' : 'off'}`,
    ]
  })
}
