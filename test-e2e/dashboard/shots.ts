// Which pictures there are, and what is on them.
import type { Page } from 'playwright-core'
import type { System } from '../system.ts'

export interface Shot {
  readonly name: string
  readonly title: string
  readonly path: string
  /** Unless false. */
  readonly signedIn?: boolean
  /** A dialog lies in the window, however long the page below it is. */
  readonly asHighAsWindow?: boolean
  readonly prepare?: (page: Page) => Promise<void>
}

export interface Look {
  readonly theme: 'light' | 'dark'
  readonly size: 'desktop' | 'phone'
}

export const looks: readonly Look[] = (['light', 'dark'] as const).flatMap((theme) =>
  (['desktop', 'phone'] as const).map((size) => ({ theme, size })),
)

export const nameOf = ({ name }: Pick<Shot, 'name'>, { theme, size }: Look): string =>
  `${name}-${theme}-${size}.webp`

export async function shotsOf({ query }: Pick<System, 'query'>): Promise<readonly Shot[]> {
  const [link] = await query<{ id: string }>(
    'links',
    `select id from links where slug = 'spring-sale'`,
  )
  return [
    { name: 'sign-in', title: 'Sign in', path: '/sign-in', signedIn: false, asHighAsWindow: true },
    { name: 'overview', title: 'Overview', path: '/', prepare: hasMap },
    { name: 'links', title: 'Links', path: '/links', prepare: hasRows },
    {
      name: 'composer',
      title: 'Creating a link',
      path: '/links',
      asHighAsWindow: true,
      prepare: compose,
    },
    { name: 'link', title: 'One link', path: `/links/${link?.id}`, prepare: hasMap },
    { name: 'live', title: 'Live', path: '/live', asHighAsWindow: true },
    { name: 'orphans', title: 'Orphans: slugs that nobody has', path: '/orphans' },
    { name: 'reliability', title: 'Reliability', path: '/reliability' },
    { name: 'keys', title: 'Keys', path: '/keys' },
    { name: 'settings', title: 'Settings', path: '/settings' },
  ]
}

async function hasMap(page: Page): Promise<void> {
  await page.locator('[data-card="countries"] svg path').first().waitFor()
}

async function hasRows(page: Page): Promise<void> {
  await page.locator('tbody tr[data-link]').first().waitFor()
}

async function compose(page: Page): Promise<void> {
  await hasRows(page)
  await page.keyboard.press('c')
  const dialog = page.getByRole('dialog', { name: 'Create a link' })
  await dialog
    .getByLabel('Destination', { exact: true })
    .fill('https://www.example.com/shop/summer')
  await dialog.getByLabel('Short link', { exact: true }).fill('summer-sale')
  await dialog.getByText('Free.', { exact: true }).waitFor()
  await dialog.getByLabel('Title', { exact: true }).fill('Summer sale')
  await dialog.getByLabel('Tags', { exact: true }).fill('campaign, shop')
}

/** The page of the folder. */
export function galleryPage(shots: readonly Shot[]): string {
  const picture = (shot: Shot, theme: Look['theme'], size: Look['size']) =>
    `<a href="${nameOf(shot, { theme, size })}"><img src="${nameOf(shot, { theme, size })}" alt="${shot.title}, ${theme}, ${size}" width="${size === 'phone' ? 110 : 300}"></a>`
  const sections = shots.map((shot) =>
    [
      `## ${shot.title}`,
      '',
      ...looks.map(({ theme, size }) => picture(shot, theme, size)),
      '',
    ].join('\n'),
  )
  return [
    '# The dashboard in pictures',
    '',
    'Made by `npm run screenshots`.',
    '',
    ...sections,
  ].join('\n')
}
