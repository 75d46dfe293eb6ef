const oneDimension = 1
const lowerBound = 1
const byteaOid = 17
const headerBytes = 20

/**
 * A `bytea[]` in Postgres's binary format (array_recv): pg would write it as text, in hexadecimal, which costs four times
 * as much here and has to be read again there. A Buffer goes as binary.
 */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
  const size = values.reduce((sum, value) => sum + 4 + value.length, headerBytes)
  const array = Buffer.allocUnsafe(size)
  const header = [values.length === 0 ? 0 : oneDimension, 0, byteaOid, values.length, lowerBound]
  let at = 0
  for (const field of header) at = array.writeInt32BE(field, at)
  for (const value of values) {
    at = array.writeInt32BE(value.length, at)
    array.set(value, at)
    at += value.length
  }
  return array.subarray(0, values.length === 0 ? headerBytes - 8 : size)
}
