/** @typedef {{ size: number, png: Buffer }} Picture a square PNG and its side in pixels */

/**
 * A Windows icon file that holds PNGs (Vista and later): header, one directory entry each, pictures.
 * @param {readonly Picture[]} pictures up to 256 px
 */
export function ico(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(pictures.length, 4)
  let offset = header.length
  pictures.forEach(({ size, png }, index) => {
    const entry = 6 + 16 * index
    // 256 is written as 0: the field is one byte.
    header.writeUInt8(size % 256, entry)
    header.writeUInt8(size % 256, entry + 1)
    header.writeUInt16LE(1, entry + 4)
    header.writeUInt16LE(32, entry + 6)
    header.writeUInt32LE(png.length, entry + 8)
    header.writeUInt32LE(offset, entry + 12)
    offset += png.length
  })
  return Buffer.concat([header, ...pictures.map(({ png }) => png)])
}

/** Types of Apple's icon file that take a PNG → its side in pixels; the @2x ones are twice the name. */
const ICNS_TYPES = {
  icp4: 16,
  icp5: 32,
  ic11: 32,
  icp6: 64,
  ic12: 64,
  ic07: 128,
  ic08: 256,
  ic13: 256,
  ic09: 512,
  ic14: 512,
  ic10: 1024,
}

/**
 * A macOS icon file of PNGs.
 * @param {readonly Picture[]} pictures those of ICNS_TYPES' sizes are used
 */
export function icns(pictures) {
  const entries = Object.entries(ICNS_TYPES).flatMap(([type, side]) => {
    const picture = pictures.find(({ size }) => size === side)
    return picture === undefined ? [] : [chunk(type, picture.png)]
  })
  return chunk('icns', Buffer.concat(entries))
}

function chunk(type, content) {
  const head = Buffer.alloc(8)
  head.write(type, 0, 'latin1')
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}
