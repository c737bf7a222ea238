import { closeSync, cpSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Reads an asar's table: 4 numbers of 4 bytes, then JSON; contents follow at their offsets.
 * @param {string} path
 * @returns {{ files: Map<string, { size: number, offset?: string, unpacked?: boolean }>,
 *   read: (name: string) => Buffer }} paths with forward slashes; `read` not for unpacked ones
 */
export function readArchive(path) {
  const head = readRange(path, 0, 16)
  const start = 8 + head.readUInt32LE(4)
  const { files: tree } = JSON.parse(readRange(path, 16, head.readUInt32LE(12)).toString('utf8'))
  const files = new Map()
  const walk = (folder, above) => {
    for (const [name, entry] of Object.entries(folder)) {
      const full = `${above}${name}`
      if (entry.files) walk(entry.files, `${full}/`)
      else files.set(full, entry)
    }
  }
  walk(tree, '')
  const read = (name) => {
    const entry = files.get(name)
    if (entry === undefined || entry.unpacked) return Buffer.alloc(0)
    return readRange(path, start + Number(entry.offset), entry.size)
  }
  return { files, read }
}

/** Writes an archive, and what lies unpacked beside it, as plain files. */
export function extractArchive(path, folder) {
  const { files, read } = readArchive(path)
  let outside = false
  for (const [name, entry] of files) {
    if (entry.unpacked) outside = true
    else {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), read(name))
    }
  }
  if (outside) cpSync(`${path}.unpacked`, folder, { recursive: true })
}

function readRange(path, offset, length) {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(length)
    readSync(file, buffer, 0, length, offset)
    return buffer
  } finally {
    closeSync(file)
  }
}
