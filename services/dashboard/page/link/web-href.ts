/** An address that may be linked to: http or https, whatever somebody stored. */
export function webHref(text: string): string | undefined {
  const url = URL.parse(text)
  return url !== null && /^https?:$/u.test(url.protocol) ? url.href : undefined
}
