// Programs that isbot takes for people. A list that grows only with a source; what isbot knows has no place in it.

interface KnownProgram {
  readonly name: string
  readonly agent: RegExp
  /** As it was seen. */
  readonly example: string
  readonly source: string
}

const browser = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)'
const scanners =
  'https://check.live-direct-marketing.online/blog/bot-clicks-security-scanners-detect'

export const knownPrograms: readonly KnownProgram[] = [
  {
    // Asks for a link itself before it lets the browser do so: one press of a button is two requests.
    name: 'Microsoft Office',
    agent: /ms-office|Microsoft Office|Microsoft Outlook/iu,
    example:
      'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0; Microsoft Outlook 16.0.4266; ms-office; MSOffice 16)',
    source:
      'https://learn.microsoft.com/office/troubleshoot/office-suite-issues/click-hyperlink-to-sso-website',
  },
  {
    name: 'Gmail looking at a mail before its reader does',
    agent: /Edge\/12\.246 Mozilla\/5\.0$/u,
    example: `${browser} Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0`,
    source: 'https://bird.com/blog/gmail-prefetching-images',
  },
  {
    name: 'Microsoft Defender, Safe Links',
    agent: /safe ?links/iu,
    example: `${browser} Chrome/120.0 Safari/537.36 SafeLinks`,
    source: scanners,
  },
  {
    name: 'Proofpoint URL Defense',
    agent: /proofpoint/iu,
    example: `${browser} Chrome/120.0 Safari/537.36 ProofPoint`,
    source: scanners,
  },
  {
    name: 'Mimecast URL Protect',
    agent: /mimecast/iu,
    example: `${browser} Chrome/120.0 Safari/537.36 Mimecast`,
    source: scanners,
  },
  {
    name: 'Barracuda Link Protection',
    agent: /barracuda/iu,
    example: `${browser} Chrome/120.0 Safari/537.36 Barracuda`,
    source: scanners,
  },
  {
    name: 'Cisco Secure Email, formerly IronPort',
    agent: /CiscoSecureEmail|IronPort/iu,
    example: 'Mozilla/5.0 (compatible; CiscoSecureEmail)',
    source: scanners,
  },
  {
    name: 'Trend Micro Email Security',
    agent: /\bTMES\b|Trend ?Micro/iu,
    example: 'Mozilla/5.0 (compatible; TMES)',
    source: scanners,
  },
  {
    name: 'gateways of Fortinet and Sophos',
    agent: /FortiMail|Sophos/iu,
    example: 'Mozilla/5.0 (compatible; FortiMail)',
    source: scanners,
  },
  {
    name: 'Symantec Email Security.cloud',
    agent: /Symantec|MessageLabs/iu,
    example: 'Mozilla/5.0 (compatible; Symantec Email Security.cloud)',
    source:
      'https://www.suped.com/email-deliverability/answers/which-corporate-filter-appliances-or-software-follow-links-in-emails',
  },
  {
    // Not its browser, which is Safari's: what makes the preview of a link, for instance.
    name: 'an app on an Apple device itself',
    agent: /\bCFNetwork\/[\d.]+ Darwin\//u,
    example: 'com.apple.WebKit.Networking/19618 CFNetwork/1494.0.7 Darwin/23.4.0',
    source:
      'https://suped.com/learn/email-deliverability/how-can-i-identify-bot-user-agents-in-my-email-click-data',
  },
  {
    name: 'an app on Android itself',
    agent: /^Dalvik\//u,
    example: 'Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A)',
    source:
      'https://suped.com/learn/email-deliverability/how-can-i-identify-bot-user-agents-in-my-email-click-data',
  },
]

export function isKnownProgram(userAgent: string): boolean {
  return knownPrograms.some(({ agent }) => agent.test(userAgent))
}
