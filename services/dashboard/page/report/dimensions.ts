import type { ReportDimension } from '@sleepwell/contracts/report'

/** As contracts have them, without the schemas beside them: those would be most of the page. */
export const dimensions = [
  'country',
  'referrer',
  'device',
  'browser',
  'os',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
] as const satisfies readonly ReportDimension[]
export type Dimension = (typeof dimensions)[number]

export const dimensionLabels: Readonly<Record<Dimension, string>> = {
  country: 'Country',
  referrer: 'Referrer',
  device: 'Device',
  browser: 'Browser',
  os: 'System',
  utm_source: 'Source',
  utm_medium: 'Medium',
  utm_campaign: 'Campaign',
  utm_term: 'Term',
  utm_content: 'Content',
}

const special: Readonly<Record<string, string>> = {
  unknown: 'Unknown',
  direct: 'Direct, or not told',
  none: '(none)',
  '': '(empty)',
}

const devices: Readonly<Record<string, string>> = {
  desktop: 'Desktop',
  mobile: 'Phone',
  tablet: 'Tablet',
  tv: 'TV',
  bot: 'Bot',
}

/** What people call a value. Never markup: values come from strangers. */
export function nameOf(dimension: Dimension, value: string): string {
  if (value === 'direct' && dimension !== 'referrer') return value
  if (value === 'none' && !dimension.startsWith('utm_')) return value
  if (dimension.startsWith('utm_') && value !== 'none' && value !== '') return value
  const known = special[value]
  if (known !== undefined) return known
  if (dimension === 'device') return devices[value] ?? value
  return dimension === 'country' ? countryName(value) : value
}

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' })

function countryName(code: string): string {
  return /^[A-Z]{2}$/u.test(code) ? (regions.of(code) ?? code) : code
}
