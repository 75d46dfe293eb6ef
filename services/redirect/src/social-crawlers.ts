// Programs that ask for a link to show what is behind it, in a message or a feed. A list that grows only with a source: whoever
// is in it is shown a page instead of being led on. Looked through in July 2026.

interface SocialCrawler {
  readonly name: string
  readonly agent: RegExp
  /** As it was seen. */
  readonly example: string
  readonly source: string
}

const collection = 'https://github.com/monperrus/crawler-user-agents'

export const socialCrawlers: readonly SocialCrawler[] = [
  {
    // Apple's Messages calls itself that too: "… facebookexternalhit/1.1 Facebot Twitterbot/1.0".
    name: 'Facebook, Instagram, Threads',
    agent: /facebookexternalhit|\bFacebot\b|meta-externalhit|meta-externalfetcher/iu,
    example: 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    source: 'https://developers.facebook.com/docs/sharing/webmasters/web-crawlers',
  },
  {
    name: 'X',
    agent: /\bTwitterbot\//u,
    example: 'Twitterbot/1.0',
    source: 'https://developer.x.com/en/docs/x-for-websites/cards/guides/troubleshooting-cards',
  },
  {
    name: 'LinkedIn',
    agent: /\bLinkedInBot\//u,
    example:
      'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)',
    source: collection,
  },
  {
    name: 'Slack',
    agent: /\bSlackbot-LinkExpanding\b/u,
    example: 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    source: 'https://api.slack.com/robots',
  },
  {
    name: 'Discord',
    agent: /\bDiscordbot\//u,
    example: 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
    source: collection,
  },
  {
    name: 'Telegram',
    agent: /^TelegramBot\b/u,
    example: 'TelegramBot (like TwitterBot)',
    source: collection,
  },
  {
    // Signal calls itself that too.
    name: 'WhatsApp',
    agent: /^WhatsApp\b/u,
    example: 'WhatsApp/2.23.20.0',
    source: collection,
  },
  {
    name: 'Teams, Skype',
    agent: /\bSkypeUriPreview\b|^MicrosoftPreview\//u,
    example: 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
    source: 'https://www.bing.com/webmasters/help/which-crawlers-does-bing-use-8c184ec0',
  },
  {
    name: 'Pinterest',
    agent: /pinterest\.com\/bot/u,
    example: 'Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)',
    source: 'https://help.pinterest.com/en/business/article/pinterestbot',
  },
  {
    name: 'Reddit',
    agent: /\bredditbot\//u,
    example: 'Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)',
    source: collection,
  },
  {
    name: 'Snapchat',
    agent: /^Snap URL Preview Service\b|\bSnapURLPreview\//u,
    example: 'Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots',
    source: 'https://developers.snap.com/robots',
  },
  {
    name: 'Mastodon',
    agent: /\(Mastodon\/|^Mastodon\//u,
    example: 'http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.example/)',
    source: 'https://github.com/mastodon/mastodon/blob/main/app/lib/request.rb',
  },
  {
    name: 'Bluesky',
    agent: /\bBluesky Cardyb\/|\bBlueskyPreviewBot\//u,
    example: 'Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)',
    source: 'https://knownagents.com/agents/bluesky-link-preview-service',
  },
  {
    name: 'Misskey',
    agent: /\bSummalyBot\//u,
    example: 'SummalyBot/5.1.0',
    source: 'https://github.com/misskey-dev/summaly',
  },
  {
    name: 'Lemmy',
    agent: /^Lemmy\//u,
    example: 'Lemmy/0.19.8; +https://lemmy.example',
    source: collection,
  },
  {
    name: 'Friendica',
    agent: /^Friendica\b/u,
    example: "Friendica 'The Tazmans Flax-lily' 2019.01-1293; https://friendica.example",
    source: collection,
  },
  {
    name: 'Matrix',
    agent: /^Synapse \(bot;/u,
    example: 'Synapse (bot; +https://github.com/matrix-org/synapse)',
    source: 'https://github.com/matrix-org/synapse',
  },
  {
    name: 'Mattermost',
    agent: /\bMattermost-Bot\//u,
    example: 'Mattermost-Bot/1.1',
    source: collection,
  },
  {
    name: 'VK',
    agent: /\bvkShare\b/u,
    example: 'Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)',
    source: 'http://vk.com/dev/Share',
  },
  {
    name: 'Viber',
    agent: /^Viber\b/u,
    example: 'Viber',
    source: collection,
  },
  {
    name: 'XING',
    agent: /\bXing Bot\b|^XING-contenttabreceiver\//iu,
    example: 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:15.0) Xing Bot',
    source: collection,
  },
  {
    name: 'services that make previews for others: Embedly, Iframely',
    agent: /\bEmbedly\b|\bIframely\//u,
    example: 'Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)',
    source: 'http://support.embed.ly',
  },
]

export function isSocialCrawler(userAgent: string): boolean {
  return socialCrawlers.some(({ agent }) => agent.test(userAgent))
}
