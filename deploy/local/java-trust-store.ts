// The authorities that Node trusts, as a file that Java reads: a key store of the old kind (JKS), the only one that can
// be written without a program of Java for each certificate.
import { createHash, X509Certificate } from 'node:crypto'
import { getCACertificates } from 'node:tls'

/** What Java takes when nobody says another one. */
const password = 'changeit'
const magic = 0xfeedfeed
const version = 2
const trustedCertificate = 2

export function javaTrustStore(): Buffer {
  const authorities = [
    ...new Set([...getCACertificates('default'), ...getCACertificates('system')]),
  ]
  const content = Buffer.concat([
    number(magic),
    number(version),
    number(authorities.length),
    ...authorities.flatMap((pem, i) => entry(`authority-${i}`, new X509Certificate(pem).raw)),
  ])
  const proof = createHash('sha1')
    .update(Buffer.from(password, 'utf16le').swap16())
    .update('Mighty Aphrodite')
    .update(content)
  return Buffer.concat([content, proof.digest()])
}

function entry(alias: string, certificate: Buffer): Buffer[] {
  const madeAt = Buffer.alloc(8)
  return [
    number(trustedCertificate),
    text(alias),
    madeAt,
    text('X.509'),
    number(certificate.length),
    certificate,
  ]
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function text(value: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(value.length)
  return Buffer.concat([length, Buffer.from(value)])
}
