import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import type { IncomingMessage } from 'node:http'
import { isbot } from 'isbot'
import { classifyAgent, isPrefetch } from './classify-agent.ts'
import { knownPrograms } from './known-programs.ts'
import { socialCrawlers } from './social-crawlers.ts'

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148'

test.each([...knownPrograms])('$name is a program, and isbot does not know it', (program) => {
  expect(isbot(program.example)).toBe(false)
  expect(program.example).toMatch(program.agent)
  expect(classifyAgent(program.example)).toMatchObject({ bot: true, device: 'bot' })
  expect(program.source).toMatch(/^https:/u)
})

test.each([...socialCrawlers])('$name asks for previews, and is a program', (crawler) => {
  expect(crawler.example).toMatch(crawler.agent)
  expect(classifyAgent(crawler.example)).toMatchObject({ bot: true, previews: true })
  expect(crawler.source).toMatch(/^https?:/u)
})

test('whoever follows a link as the README says counts as a person', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')
  const agent = /curl -i -A '([^']+)'/u.exec(readme)?.[1]
  expect(classifyAgent(agent ?? '')).toMatchObject({ bot: false })
})

test.each([
  ['a search engine', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  ['a monitor', 'Blackbox Exporter/0.25.0'],
  ['curl', 'curl/8.5.0'],
  ['what fetches images for Slack', 'Slack-ImgProxy (+https://api.slack.com/robots)'],
  ['the browser in Facebook', `${iphone} [FBAN/FBIOS;FBAV/456.0]`],
  ['the browser in WhatsApp', `${iphone} WhatsApp/2.23.20`],
  ['the browser in Viber', `${chrome} Viber/20.1`],
  ['the browser in Snapchat', `${iphone} Snapchat/12.60`],
  ['nobody', ''],
])('%s asks for no preview', (_who, userAgent) => {
  expect(classifyAgent(userAgent).previews).toBe(false)
})

test.each([
  ['Slack', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
  ['images in Slack', 'Slack-ImgProxy (+https://api.slack.com/robots)'],
  ['WhatsApp and Signal', 'WhatsApp/2.23.20.0'],
  ['Telegram', 'TelegramBot (like TwitterBot)'],
  ['Teams and Skype', 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5'],
  ['Discord', 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)'],
  [
    'Facebook and Instagram',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  ],
  [
    'iMessage',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  ],
  ['LinkedIn', 'LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)'],
  ['Mastodon', 'Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.social/)'],
  ['Google Messages', 'GoogleMessages/20'],
  ['Bluesky', 'Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)'],
  [
    'images in Gmail',
    'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  ],
  [
    'images in Yahoo Mail',
    'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html',
  ],
  ['Barracuda Sentinel', 'Barracuda Sentinel (EE)'],
  ['Office looking whether a link is there', 'Microsoft Office Existence Discovery'],
  ['a monitor', 'Blackbox Exporter/0.25.0'],
])('what makes the preview of a link, or looks after it, is a program: %s', (_who, userAgent) => {
  expect(classifyAgent(userAgent).bot).toBe(true)
})

test.each([
  ['a browser', chrome],
  ['the browser in Outlook', `${iphone} Outlook-iOS/745.0`],
  ['the browser in Facebook', `${iphone} [FBAN/FBIOS;FBAV/456.0]`],
  ['Slack on a desk', chrome.replace('Chrome', 'Slack/4.36.140 Chrome')],
  ['Teams on a desk', chrome.replace('Chrome', 'Teams/1.5.00.4689 Chrome')],
  ['Telegram on Android', `${chrome} Telegram-Android/10.5.0`],
  ['Edge', `${chrome} Edg/140.0.0.0`],
])('who reads a link in an app is a person: %s', (_who, userAgent) => {
  expect(classifyAgent(userAgent).bot).toBe(false)
})

test.each([
  [{ 'sec-purpose': 'prefetch' }, true],
  [{ 'sec-purpose': 'prefetch;prerender' }, true],
  [{ 'sec-purpose': 'prefetch;anonymous-client-ip' }, true],
  [{ purpose: 'prefetch' }, true],
  [{ 'x-purpose': 'preview' }, true],
  [{ 'x-moz': 'prefetch' }, true],
  [{ 'sec-fetch-mode': 'navigate' }, false],
])('a browser that asks with %j asks ahead of a person: %s', (headers, ahead) => {
  expect(isPrefetch({ method: 'GET', headers } as unknown as IncomingMessage)).toBe(ahead)
})
